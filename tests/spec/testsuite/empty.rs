// Empty: this package only names a dependency for cargo to fetch.
