package nntp

import (
	"fmt"
	"strings"

	"harness/protocols/wire"
)

// Response codes (RFC 3977 appendix C, RFC 2980, RFC 4642, RFC 4643, RFC 4644, RFC 8054).
const (
	CodeHelp             = 100
	CodeCapabilities     = 101
	CodeDate             = 111
	CodePostingAllowed   = 200
	CodePostingForbidden = 201
	CodeSlaveNoted       = 202
	CodeStreamingAllowed = 203
	CodeClosing          = 205
	CodeCompressing      = 206
	CodeGroup            = 211
	CodeList             = 215
	CodeArticle          = 220
	CodeHead             = 221
	CodeBody             = 222
	CodeStat             = 223
	CodeOverview         = 224
	CodeHeaders          = 225
	CodeNewNews          = 230
	CodeNewGroups        = 231
	CodeTransferred      = 235
	CodeSendIt           = 238 // CHECK: wanted
	CodeTaken            = 239 // TAKETHIS
	CodePosted           = 240
	CodeAuthenticated    = 281
	CodeGroupTitles      = 282 // XGTITLE
	CodeAuthenticatedBy  = 283 // AUTHINFO SASL, with data of the mechanism
	CodeSendArticle      = 335 // IHAVE
	CodeSendPost         = 340
	CodePasswordWanted   = 381
	CodeStartTLS         = 382
	CodeChallenge        = 383
	CodeUnavailable      = 400
	CodeWrongMode        = 401
	CodeFault            = 403
	CodeNoSuchGroup      = 411
	CodeNoGroup          = 412
	CodeNoCurrent        = 420
	CodeNoNext           = 421
	CodeNoPrevious       = 422
	CodeNoSuchNumber     = 423
	CodeNoSuchArticle    = 430
	CodeTryLater         = 431 // CHECK
	CodeNotWanted        = 435
	CodeTransferFailed   = 436
	CodeRejected         = 437
	CodeHaveIt           = 438 // CHECK
	CodeTakeRejected     = 439 // TAKETHIS
	CodePostForbidden    = 440
	CodePostFailed       = 441
	CodeAuthRequired     = 480
	CodeAuthFailed       = 481
	CodeAuthSequence     = 482
	CodePrivacyRequired  = 483
	CodeUnknownCommand   = 500
	CodeSyntax           = 501
	CodeNotPermitted     = 502
	CodeNotSupported     = 503
	CodeBase64           = 504
	CodeCannotStartTLS   = 580
)

// generic are the codes that any command may get (RFC 3977 section 3.2.1). 500 is not among those of a mandatory command.
var generic = []int{400, 401, 403, 480, 483, 500, 501, 502, 503, 504}

// GenericCodes returns the codes that any command may get (RFC 3977 section 3.2.1).
func GenericCodes() []int { return append([]int(nil), generic...) }

// leastArguments are how many arguments the initial line of a response has before its text begins (RFC 3977 section 9.4.3 and appendix C).
var leastArguments = map[int]int{
	CodeDate: 1, CodeGroup: 4, CodeArticle: 2, CodeHead: 2, CodeBody: 2, CodeStat: 2, CodeWrongMode: 1, CodeChallenge: 1, CodeAuthenticatedBy: 1,
	CodeSendIt: 1, CodeTaken: 1, CodeTryLater: 1, CodeHaveIt: 1, CodeTakeRejected: 1,
}

// Response is the initial line of a response. One with a code of 400 and above is an error: what a client returns when the server refused a command.
type Response struct {
	// Code is 100 to 599.
	Code int
	// Text is what follows the code and a space: arguments, and words for people.
	Text string
	// Raw is the line as it was read, with its terminator; nil for a response that was not read.
	Raw []byte
	// Command is what the response answers, secrets left out, such as "GROUP misc.test" or "greeting"; "" if nobody said.
	Command string
}

// Error tells which command was refused, and how.
func (r *Response) Error() string {
	s := r.Line()
	if r.Command != "" {
		s = r.Command + ": " + s
	}
	return wire.Printable(s)
}

// Line returns the response as it stands on the wire, without terminator.
func (r *Response) Line() string {
	if r.Text == "" {
		return fmt.Sprintf("%03d", r.Code)
	}
	return fmt.Sprintf("%03d %s", r.Code, r.Text)
}

// Words returns the arguments and the words of the text.
func (r *Response) Words() []string { return strings.Fields(r.Text) }

// Class returns the code's first digit: 1 informative, 2 done, 3 go on, 4 not now, 5 not at all (RFC 3977 section 3.2).
func (r *Response) Class() int { return r.Code / 100 }

// Multiline reports whether a data block follows the response to the command.
func (r *Response) Multiline(c Command) bool {
	if r.Code == CodeHead && c.Name != "HEAD" && c.Name != "XHDR" && c.Name != "XPAT" {
		return true // the code decides, whatever was asked
	}
	return multiline(pending{verb: c.Name}, r.Code)
}

const citeResponse = "RFC 3977 section 3.2"

// ParseResponse parses the initial line of a response: three digits from 100 to 599, and, behind one space, arguments and text. The arguments that the
// code has by RFC 3977 have to be there, except that a server may leave out those behind 111 to 239 to no one's harm: lenient rules forgive a bare
// LF, a line of more than 512 octets, something else than a space behind the code, and missing arguments. The Response is filled as far
// as the line went.
func (r Rules) ParseResponse(l wire.Line) (*Response, error) {
	resp := &Response{Raw: l.AppendRaw(nil)}
	text := l.Text
	code, at := 0, 0
	for at < 3 && at < len(text) && text[at] >= '0' && text[at] <= '9' {
		code = code*10 + int(text[at]-'0')
		at++
	}
	if at < 3 || code < 100 || code > 599 {
		return resp, &wire.SyntaxError{Got: string(text[:min(len(text), 3)]), Want: "a code of three digits from 100 to 599", Cite: citeResponse}
	}
	resp.Code = code
	most := MaxResponse
	if code == CodeChallenge || code == CodeAuthenticatedBy {
		most = 0 // RFC 4643 section 2.4.1
	}
	if err := r.check(l, most, "RFC 3977 section 3.1"); err != nil {
		return resp, err
	}
	if at < len(text) {
		if text[at] == ' ' {
			at++
		} else if err := r.forgive(&wire.SyntaxError{Offset: at, Got: string(text[at:]), Want: "a space behind the code", Cite: citeResponse}); err != nil {
			return resp, err
		}
	}
	resp.Text = string(text[at:])
	if n := leastArguments[code]; n > 0 {
		if have := countWords(resp.Text); have < n {
			return resp, r.forgive(&wire.SyntaxError{Offset: len(text), Want: fmt.Sprintf("%d arguments behind %d, got %d", n, code, have), Cite: "RFC 3977 section 9.4"})
		}
	}
	return resp, nil
}

// AppendResponse appends the response with CRLF to b. It refuses a code outside of 100 to 599, CR, LF and NUL in the text, a line of more than 512
// octets (save a challenge), and arguments that are missing.
func (r Rules) AppendResponse(b []byte, resp *Response) ([]byte, error) {
	start := len(b)
	b = append(b, resp.Line()...)
	if _, err := (Rules{}).ParseResponse(wire.Line{Text: b[start:]}); err != nil {
		return b[:start], err
	}
	return append(b, '\r', '\n'), nil
}

// countWords counts the words of a text.
func countWords(text string) int {
	n := 0
	for range strings.FieldsSeq(text) {
		n++
	}
	return n
}
