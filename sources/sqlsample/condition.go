package sqlsample

import "strings"

// Equal returns the SQL condition that the first columns of a key have the
// values whose placeholders are marks. columns are the columns of the key as
// they stand in a statement. It holds for all rows if there are no values.
func Equal(columns, marks []string, values []any) string {
	if len(values) == 0 {
		return "1 = 1"
	}
	terms := make([]string, len(values))
	for i := range values {
		terms[i] = columns[i] + " = " + marks[i]
	}
	return strings.Join(terms, " AND ")
}
