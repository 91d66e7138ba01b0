"""The drills: real servers are broken while people write and search, and nothing may be lost."""
