package sqlstore

// SealedTables lists the tables that Reseal visits.
func SealedTables() (names []string) {
	for _, t := range sealedTables {
		names = append(names, t.name)
	}
	return names
}
