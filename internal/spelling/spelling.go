// Package spelling tells how far a name that somebody wrote is from one that exists, for the messages that ask "did you mean".
package spelling

// longest bounds the work: longer names are compared by their beginnings.
const longest = 100

// Distance is the least number of octets to insert, remove or replace, or of neighbours to swap, that makes b of a. Of each name the first
// 100 octets count.
func Distance(a, b string) int {
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	// before, last and row are the rows of the table for i-2, i-1 and i octets of a.
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, row[j]+1, last[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
