package nntpspec

import "testing"

// uncovered are the rules that no case judges, with the reason.
var uncovered = map[string]string{
	"nntp/article-final-crlf":             "the CRLF before the final line of a data block is the article's, whatever it ends with",
	"nntp/authinfo-eavesdropping-default": "what is a default is not seen: a server is as its administrator has set it up, and a client under test is told whether it may send passwords in the clear",
	"nntp/group-reinstated":               reinstated,
	"nntp/number-becomes-invalid":         reinstated,
	"nntp/number-becomes-valid":           reinstated,
	"nntp/number-reinstated-low":          reinstated,
	"nntp/malformed-replacement":          "what a server has checked is not seen",
}

const reinstated = "nobody removes an article and reinstates it from outside"

func TestCoverage(t *testing.T) { protocol.Covered(t) }
