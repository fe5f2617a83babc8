package pop3spec

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xdg-go/stringprep"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// ReferenceClient returns a small second client. Without deviations it conforms; each deviation has it break one rule, so that a case proves
// that it can fail. An unknown name is an error.
func ReferenceClient(deviations ...string) (Client, error) {
	set, err := mockservers.ChooseDeviations(clientDeviations, deviations)
	if err != nil {
		return nil, err
	}
	return &referenceClient{set}, nil
}

// ClientDeviations returns the deviations of the reference client.
func ClientDeviations() []mockservers.Deviation { return slices.Clone(clientDeviations) }

// clientDeviations are sorted by what they are about: commands, responses, logins, capabilities, TLS, AUTH, UTF-8.
var clientDeviations = []mockservers.Deviation{
	{Name: "leading-space", Summary: "puts a space before the keyword", Violates: []string{"pop3/command-form", "pop3/command-grammar"}},
	{Name: "bare-lf", Summary: "ends command lines with a bare LF", Violates: []string{"pop3/command-crlf"}},
	{Name: "doubled-space", Summary: "puts two spaces before the first argument", Violates: []string{"pop3/command-single-space", "pop3/command-grammar", "pop3/auth-syntax"}},
	{Name: "trailing-space", Summary: "puts a space before the CRLF", Violates: []string{"pop3/command-single-space", "pop3/command-grammar"}},
	{Name: "tab-separator", Summary: "separates arguments by TAB", Violates: []string{"pop3/command-single-space", "pop3/command-printable", "pop3/command-grammar"}},
	{Name: "long-keyword", Summary: "sends STATUS for STAT", Violates: []string{"pop3/keyword-length", "pop3/command-grammar"}},
	{Name: "arguments-unchecked", Summary: "sends arguments with whatever octets they hold", Violates: []string{"pop3/command-printable", "pop3/command-crlf"}},
	{Name: "long-arguments", Summary: "sends arguments of more than 40 characters to a server without CAPA", Violates: []string{"pop3/argument-40"}},
	{Name: "long-commands", Summary: "sends commands of more than 255 octets", Violates: []string{"pop3/command-255"}},
	{Name: "hex-numbers", Summary: "sends message-numbers in hexadecimal", Violates: []string{"pop3/number-decimal-client"}},
	{Name: "surplus-argument", Summary: "sends an argument with commands that have none", Violates: []string{"pop3/quit-no-argument", "pop3/no-argument-commands", "pop3/capa-no-argument", "pop3/stls-no-argument", "pop3/utf8-no-parameters"}},
	{Name: "negative-lines", Summary: "sends TOP with any number of lines", Violates: []string{"pop3/top-lines-non-negative"}},
	{Name: "any-state", Summary: "sends commands in states in which they are not valid", Violates: []string{"pop3/client-identifies", "pop3/stls-authorization-only-client", "pop3/auth-once-client", "pop3/auth-authorization-only-client", "pop3/auth-stls-before", "pop3/utf8-authorization-only-client"}},
	{Name: "deleted-referenced", Summary: "sends commands for messages that are marked as deleted", Violates: []string{"pop3/reference-deleted-client", "pop3/optional-deleted-client"}},
	{Name: "dele-forgotten", Summary: "does not send DELE", Violates: []string{"pop3/retention-not-assumed", "pop3/retention-explicit-dele"}},

	{Name: "short-lines", Summary: "reads no more than 400 octets of a line", Violates: []string{"pop3/response-512-accepted", "pop3/auth-long-lines"}},
	{Name: "short-replies-accepted", Summary: "takes what the end of the connection cut off for whole", Violates: []string{"pop3/multiline-end-recognised", "pop3/response-512-accepted"}},
	{Name: "segment-is-response", Summary: "takes what comes in one segment for one line", Violates: []string{"pop3/multiline-end-recognised", "pop3/pipelining-match"}},
	{Name: "buffer-dropped", Summary: "forgets what came in one segment with a status line", Violates: []string{"pop3/multiline-end-recognised", "pop3/pipelining-match"}},
	{Name: "dots-kept", Summary: "leaves the stuffed dots", Violates: []string{"pop3/dot-unstuffing"}},
	{Name: "all-dots-removed", Summary: "removes all dots at the beginning of a line", Violates: []string{"pop3/dot-unstuffing"}},
	{Name: "ends-at-any-dot", Summary: "ends a multi-line response at each line that begins with a dot", Violates: []string{"pop3/multiline-end-recognised"}},
	{Name: "ends-at-bare-lf", Summary: "ends a multi-line response at LF \".\" LF too", Violates: []string{"pop3/multiline-end-recognised"}},
	{Name: "ends-at-nul", Summary: "ends a line of a multi-line response at a NUL", Violates: []string{"pop3/multiline-end-recognised"}},
	{Name: "end-in-content", Summary: "gives the final line with the content", Violates: []string{"pop3/multiline-end-recognised"}},
	{Name: "limit-is-end", Summary: "gives a message that is too large as one that ends at the limit", Violates: []string{"pop3/multiline-end-recognised"}},
	trial.ReferenceDeviation("no-timeout", "pop3/greeting-any-text", "pop3/multiline-end-recognised"),
	{Name: "err-is-fatal", Summary: "closes the connection after -ERR", Violates: []string{"pop3/err-ambiguous"}},
	{Name: "greeting-needs-text", Summary: "refuses a greeting without text", Violates: []string{"pop3/greeting-any-text"}},
	{Name: "greeting-unchecked", Summary: "goes on whatever the greeting is", Violates: []string{"pop3/greeting-any-text"}},
	{Name: "extra-refused", Summary: "refuses text behind a drop or scan listing", Violates: []string{"pop3/stat-extra-tolerated", "pop3/list-extra-tolerated"}},
	{Name: "quit-err-ignored", Summary: "takes -ERR to QUIT for success", Violates: []string{"pop3/quit-err-handled"}},
	{Name: "quit-last-reply", Summary: "takes the last line behind QUIT for the response", Violates: []string{"pop3/quit-err-handled"}},
	{Name: "uid-cut", Summary: "cuts unique-ids to 32 characters", Violates: []string{"pop3/uidl-length-accepted"}},
	{Name: "uid-duplicates-refused", Summary: "refuses a listing in which a unique-id occurs twice", Violates: []string{"pop3/uidl-duplicates-handled"}},
	{Name: "text-believed", Summary: "takes a response for what its text says", Violates: []string{"pop3/reply-text-not-significant", "pop3/greeting-any-text"}},
	{Name: "codes-unknown-refused", Summary: "refuses responses with a code that it doesn't know", Violates: []string{"pop3/resp-code-tolerated"}},
	{Name: "code-case", Summary: "recognises response codes in upper case only", Violates: []string{"pop3/resp-code-case", "pop3/sys-case"}},
	{Name: "code-detail", Summary: "recognises response codes only if all levels are known", Violates: []string{"pop3/resp-code-unknown-detail"}},
	{Name: "codes-at-login-only", Summary: "hands on response codes of authentication commands only", Violates: []string{"pop3/sys-any-command-client"}},
	{Name: "codes-dropped", Summary: "hands on no response codes", Violates: []string{"pop3/sys-temp-client", "pop3/auth-code-only-credentials-client"}},
	{Name: "all-refusals-are-auth", Summary: "takes each refusal of a login for wrong credentials", Violates: []string{"pop3/auth-code-only-credentials-client", "pop3/sys-temp-client"}},

	{Name: "user-changed", Summary: "sends the user name in lower case and without its domain", Violates: []string{"pop3/user-name-opaque"}},
	{Name: "pass-first", Summary: "sends PASS before USER", Violates: []string{"pop3/user-first", "pop3/pass-after-user-client"}},
	{Name: "noop-after-user", Summary: "sends NOOP between USER and PASS", Violates: []string{"pop3/user-ok-next"}},
	{Name: "pass-after-err", Summary: "sends PASS although USER was refused", Violates: []string{"pop3/pass-after-user-client", "pop3/user-err-next"}},
	{Name: "apop-without-timestamp", Summary: "sends APOP although the greeting has no timestamp", Violates: []string{"pop3/apop-timestamp-noted", "pop3/apop-by-greeting"}},
	{Name: "apop-first-timestamp", Summary: "makes digests with the timestamp of its first connection", Violates: []string{"pop3/apop-timestamp-noted"}},
	{Name: "apop-without-brackets", Summary: "leaves the angle brackets out of the digest", Violates: []string{"pop3/apop-digest"}},
	{Name: "apop-upper-case", Summary: "sends the digest in upper case", Violates: []string{"pop3/apop-digest-hex"}},
	{Name: "apop-by-capa", Summary: "finds out by CAPA whether APOP is supported", Violates: []string{"pop3/apop-by-greeting"}},

	{Name: "capa-case", Summary: "recognises capability tags in upper case only", Violates: []string{"pop3/capa-tag-case"}},
	{Name: "capa-required", Summary: "fails if CAPA is refused", Violates: []string{"pop3/capa-err-means-none", "pop3/no-extension-required"}},
	{Name: "uidl-required", Summary: "refuses to log in to a server that doesn't announce UIDL", Violates: []string{"pop3/no-extension-required"}},
	{Name: "capa-parameters-refused", Summary: "does not recognise capabilities with parameters that it doesn't expect", Violates: []string{"pop3/capa-parameters-tolerated"}},
	{Name: "capa-unknown-refused", Summary: "refuses an answer to CAPA with an unknown capability", Violates: []string{"pop3/capa-parameters-tolerated"}},
	{Name: "capa-parameters-dropped", Summary: "hands on capabilities without their parameters", Violates: []string{"pop3/expire-zero-client", "pop3/login-delay-client"}},
	{Name: "implementation-special", Summary: "does not use UIDL with servers that it has heard bad of", Violates: []string{"pop3/implementation-no-influence"}},
	{Name: "pipelines-always", Summary: "pipelines whether it is announced or not", Violates: []string{"pop3/pipelining-not-unannounced"}},
	{Name: "pipelining-mixed-up", Summary: "leaves refusals out when it matches responses with pipelined commands", Violates: []string{"pop3/pipelining-match"}},
	{Name: "pipelining-unbounded", Summary: "sends all commands before it reads a response", Violates: []string{"pop3/pipelining-window"}},

	trial.ReferenceDeviation("no-verification", "pop3/tls-identity-checked", "pop3/tls-result-checked", "pop3/auth-certificate-verified"),
	trial.ReferenceDeviation("name-unchecked", "pop3/tls-identity-checked", "pop3/tls-identity-mismatch"),
	trial.ReferenceDeviation("address-checked", "pop3/tls-identity-hostname-used"),
	trial.ReferenceDeviation("greeting-name-checked", "pop3/tls-identity-insecure-source"),
	trial.ReferenceDeviation("common-name-checked", "pop3/tls-identity-san"),
	trial.ReferenceDeviation("name-case-sensitive", "pop3/tls-identity-case"),
	trial.ReferenceDeviation("wildcard-any", "pop3/tls-identity-wildcard-one-label"),
	trial.ReferenceDeviation("wildcard-none", "pop3/tls-identity-wildcard-one-label"),
	trial.ReferenceDeviation("first-name-only", "pop3/tls-identity-any-name"),
	trial.ReferenceDeviation("tls-any-version", "pop3/tls-weak-refusable"),
	{Name: "tls-not-required", Summary: "sends passwords in the clear although it was told not to", Violates: []string{"pop3/cleartext-refusable", "pop3/tls-privacy-mode", "pop3/plain-not-without-encryption-client", "pop3/plain-not-without-tls", "pop3/plain-checklist-encryption", "pop3/tls-missing-warned"}},
	{Name: "stls-refusal-ignored", Summary: "goes on in the clear if STLS is refused", Violates: []string{"pop3/tls-result-checked", "pop3/tls-missing-warned"}},
	{Name: "handshake-failure-ignored", Summary: "goes on if the TLS negotiation fails", Violates: []string{"pop3/tls-result-checked"}},
	trial.ReferenceDeviation("injected-accepted", "pop3/stls-handshake-after-ok-client"),
	{Name: "stls-pipelined", Summary: "sends CAPA right behind STLS", Violates: []string{"pop3/stls-client-waits"}},
	{Name: "capabilities-kept", Summary: "keeps the capabilities from before TLS", Violates: []string{"pop3/stls-client-discards", "pop3/tls-client-discards", "pop3/stls-capa-reissued", "pop3/stls-registration-capa"}},

	{Name: "auth-always", Summary: "logs in with AUTH whether it is announced or not", Violates: []string{"pop3/auth-not-unannounced"}},
	{Name: "initial-always", Summary: "sends an initial response although SASL is not announced", Violates: []string{"pop3/auth-unannounced-no-initial"}},
	{Name: "initial-raw", Summary: "sends initial responses without base64", Violates: []string{"pop3/auth-initial-encoding"}},
	{Name: "initial-long", Summary: "sends initial responses of any length with AUTH", Violates: []string{"pop3/auth-initial-not-over-255"}},
	{Name: "initial-empty-blank", Summary: "sends an empty initial response as nothing", Violates: []string{"pop3/auth-initial-empty-form"}},
	{Name: "base64-unpadded", Summary: "leaves the padding off", Violates: []string{"pop3/auth-base64-syntax", "pop3/auth-initial-encoding", "pop3/auth-response-form", "pop3/auth-syntax"}},
	{Name: "mechanism-left-out", Summary: "sends AUTH without a mechanism", Violates: []string{"pop3/auth-mechanism-argument"}},
	{Name: "mechanism-case", Summary: "recognises mechanisms in upper case only", Violates: []string{"pop3/auth-case"}},
	{Name: "empty-response-equals", Summary: `sends an empty response as "="`, Violates: []string{"pop3/auth-response-form", "pop3/auth-no-success-data-client"}},
	{Name: "cancels-with-text", Summary: `cancels with "* cancelled"`, Violates: []string{"pop3/auth-cancel-form"}},
	{Name: "bad-challenge-answered", Summary: "answers a challenge that it cannot accept with an empty response", Violates: []string{"pop3/auth-base64-cancel", "pop3/auth-no-success-data-client"}},
	{Name: "base64-lenient", Summary: "skips what is no base64 in a challenge", Violates: []string{"pop3/auth-base64-strict-client"}},
	{Name: "success-data-taken", Summary: "takes the text of +OK for the mechanism's final data", Violates: []string{"pop3/auth-no-success-data-client"}},
	{Name: "server-unproven", Summary: "does not look at the server's proof", Violates: []string{"pop3/auth-no-success-data-client"}},
	{Name: "plain-two-parts", Summary: "leaves the authorization identity and its NUL out of PLAIN", Violates: []string{"pop3/plain-message"}},
	{Name: "plain-latin1", Summary: "sends PLAIN in ISO 8859-1", Violates: []string{"pop3/plain-utf8", "pop3/plain-checklist-utf8"}},
	{Name: "no-plain", Summary: "does not have PLAIN", Violates: []string{"pop3/auth-plain-implemented"}},
	{Name: "falls-back", Summary: "tries PLAIN when a better mechanism was refused", Violates: []string{"pop3/plain-not-without-encryption-client", "pop3/sys-temp-client"}},
	{Name: "cram-wrong-digest", Summary: "answers CRAM-MD5 with the digest of the decoded challenge without its brackets", Violates: []string{"pop3/auth-other-mechanisms"}},

	{Name: "eight-bit-sent", Summary: "sends names and passwords in UTF-8 without being permitted", Violates: []string{"pop3/utf8-user-not-announced", "pop3/command-printable"}},
	{Name: "eight-bit-stripped", Summary: "takes the eighth bit off what it receives", Violates: []string{"pop3/utf8-mode", "pop3/lang-text-utf8-client"}},
	{Name: "utf8-err-ignored", Summary: "takes a refusal of UTF8 for success", Violates: []string{"pop3/utf8-err-handled"}},
	{Name: "stls-after-utf8", Summary: "sends STLS after UTF8", Violates: []string{"pop3/utf8-no-stls-after"}},
	{Name: "no-saslprep", Summary: "makes the APOP digest without SASLprep", Violates: []string{"pop3/utf8-apop-saslprep", "pop3/utf8-saslprep-stored"}},
	{Name: "saslprep-stored-name", Summary: "refuses unassigned code points in user names", Violates: []string{"pop3/utf8-saslprep-query"}},
	{Name: "sasl-utf8-refused", Summary: "refuses UTF-8 in AUTH where UTF8 is not announced with USER", Violates: []string{"pop3/utf8-auth-by-sasl"}},
}

// referenceClient is a plain client, written to be read: one command at a time, everything in memory.
type referenceClient struct{ deviations mockservers.DeviationSet }

func (c *referenceClient) Name() string { return trial.ReferenceName(c.deviations) }

// refSession is a connection of the reference client.
type refSession struct {
	trial.Reference
	messageLimit int64

	state     pop3.State
	timestamp string
	caps      pop3.Capabilities
	known     bool // CAPA was answered
	utf8      bool
	deleted   map[int]bool
}

func (c *referenceClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	s := &refSession{Reference: trial.Reference{Connection: o.Connection, Deviations: c.deviations}, messageLimit: o.MessageLimit, state: pop3.Authorization, deleted: map[int]bool{}}
	err := s.Dial(ctx)
	if err == nil {
		err = s.begin(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *refSession) begin(ctx context.Context) error {
	done := s.Arm(ctx)
	l, err := s.line()
	done()
	if err != nil {
		return err
	}
	if words := strings.Fields(l); len(words) > 1 {
		s.Greeting = words[1]
	}
	g, err := pop3.Rules{Lenient: true}.ParseGreeting(wire.Line{Text: []byte(l)})
	switch {
	case s.Dev("greeting-unchecked"):
	case err != nil:
		return err
	case g.Status != pop3.OK:
		return g.Reply
	case strings.Contains(g.Text, "error") && s.Dev("text-believed"):
		return errors.New("the greeting tells of an error")
	case g.Text == "" && s.Dev("greeting-needs-text"):
		return errors.New("the greeting has no text")
	}
	s.timestamp = g.Timestamp
	switch s.Security {
	case Upgrade:
		return s.STLS(ctx)
	case Opportunistic:
		if s.capabilities(ctx); s.has("STLS") {
			return s.STLS(ctx)
		}
	}
	return nil
}

// line reads a line without its end.
func (s *refSession) line() (string, error) {
	if s.Dev("segment-is-response") {
		b := make([]byte, trial.ReferenceLine)
		n, err := s.R.Read(b)
		return strings.TrimRight(string(b[:n]), "\r\n"), err
	}
	b, err := s.R.ReadSlice('\n')
	switch {
	case (err == io.EOF || err == bufio.ErrBufferFull) && len(b) > 0 && s.Dev("short-replies-accepted"):
	case err == io.EOF && len(b) > 0:
		return "", fmt.Errorf("the connection ended within a line: %w", io.ErrUnexpectedEOF)
	case err != nil:
		return "", err
	}
	l := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if s.Dev("short-lines") && len(l) > 400 {
		return "", errors.New("the line is too long")
	}
	return l, nil
}

// block reads the lines behind a status line, with their ends.
func (s *refSession) block() ([]byte, error) {
	var out []byte
	fresh := true // at the beginning of a line
	for {
		b, err := s.R.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			err = nil
		}
		if err != nil && s.Dev("short-replies-accepted") {
			return append(out, b...), nil
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, fmt.Errorf("within a multi-line response: %w", err)
		}
		if fresh && len(b) > 0 && b[0] == '.' {
			text := string(b)
			switch {
			case text == ".\r\n", s.Dev("ends-at-any-dot"), text == ".\n" && s.Dev("ends-at-bare-lf"):
				if s.Dev("end-in-content") {
					out = append(out, b...)
				}
				return out, nil
			case s.Dev("dots-kept"):
			case s.Dev("all-dots-removed"):
				b = bytes.TrimLeft(b, ".")
			default:
				b = b[1:]
			}
		}
		fresh = bytes.HasSuffix(b, []byte("\r\n")) || s.Dev("ends-at-bare-lf") && bytes.HasSuffix(b, []byte("\n"))
		if i := bytes.IndexByte(b, 0); i >= 0 && s.Dev("ends-at-nul") {
			b = append(b[:i:i], "\r\n"...)
		}
		if s.Dev("eight-bit-stripped") {
			for i := range b {
				b[i] &= 0x7f
			}
		}
		out = append(out, b...)
		if limit := s.messageLimit; limit > 0 && int64(len(out)) > limit {
			s.Close()
			if s.Dev("limit-is-end") {
				return out[:limit], nil
			}
			return nil, &wire.LimitError{What: "message", Limit: limit}
		}
	}
}

// knownCodes are what the deviations know of response codes.
var knownCodes = []string{"IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM", "AUTH", "UTF8"}

// reply reads a status line.
func (s *refSession) reply(verb string) (*pop3.Reply, error) {
	l, err := s.line()
	if err != nil {
		return nil, err
	}
	if s.Dev("buffer-dropped") {
		s.R.Discard(s.R.Buffered())
	}
	if s.Dev("eight-bit-stripped") {
		b := []byte(l)
		for i := range b {
			b[i] &= 0x7f
		}
		l = string(b)
	}
	if l == "+" || strings.HasPrefix(l, "+ ") {
		// Whether it is base64 is looked at when it is used.
		return &pop3.Reply{Status: pop3.Continue, Text: strings.TrimPrefix(l[1:], " ")}, nil
	}
	r, err := pop3.Rules{Lenient: true, UTF8: true}.ParseReply(wire.Line{Text: []byte(l)})
	if err != nil {
		return nil, err
	}
	r.Command = verb
	code := string(r.Code)
	login := slices.Contains([]string{"USER", "PASS", "APOP", "AUTH"}, verb)
	switch {
	case s.Dev("text-believed"):
		if strings.Contains(strings.ToLower(r.Text), "error") {
			r.Status = pop3.Err
		} else if strings.Contains(strings.ToLower(r.Text), "success") {
			r.Status = pop3.OK
		}
	case code != "" && s.Dev("codes-unknown-refused") && !slices.Contains(knownCodes, code):
		return nil, fmt.Errorf("unknown response code %s", code)
	case s.Dev("code-case") && code != strings.ToUpper(code),
		s.Dev("code-detail") && !slices.Contains(knownCodes, code),
		s.Dev("codes-at-login-only") && !login,
		s.Dev("codes-dropped"):
		r.Code = ""
	case s.Dev("all-refusals-are-auth") && login && r.Status == pop3.Err:
		r.Code = pop3.CodeAuth
	}
	return r, nil
}

// print makes a command line.
func (s *refSession) print(verb string, args []string) string {
	if len(args) == 0 && s.Dev("surplus-argument") {
		args = []string{"now"}
	}
	if verb == "STAT" && s.Dev("long-keyword") {
		verb = "STATUS"
	}
	sep := " "
	if s.Dev("tab-separator") {
		sep = "\t"
	}
	l := strings.Join(append([]string{verb}, args...), sep)
	switch {
	case s.Dev("leading-space"):
		l = " " + l
	case s.Dev("doubled-space"):
		l = strings.Replace(l, " ", "  ", 1)
	case s.Dev("trailing-space"):
		l += " "
	}
	if s.Dev("bare-lf") {
		return l + "\n"
	}
	return l + "\r\n"
}

// number prints a message-number.
func (s *refSession) number(n int) string {
	if s.Dev("hex-numbers") {
		return fmt.Sprintf("0x%x", n)
	}
	return strconv.Itoa(n)
}

// check says whether a command may be sent.
func (s *refSession) check(verb string, args []string, line string) error {
	spec, ok := pop3.Lookup(verb)
	if !ok {
		return fmt.Errorf("%s: unknown", verb)
	}
	if spec.States&s.state == 0 && !s.Dev("any-state") {
		return fmt.Errorf("%s: not in the state %s", verb, s.state)
	}
	secret := verb == "USER" || verb == "PASS"
	if secret && s.RequireTLS && !s.Protected && !s.Dev("tls-not-required") {
		return fmt.Errorf("%s: not without TLS", verb)
	}
	if s.Dev("arguments-unchecked") {
		return nil
	}
	for _, a := range args {
		for _, c := range []byte(a) {
			ok := c > ' ' && c < 0x7f || c == ' ' && verb == "PASS" || c >= 0x80 && (s.caps.UTF8User() && (secret || verb == "APOP") || s.Dev("eight-bit-sent"))
			if !ok {
				return fmt.Errorf("%s: an argument holds the octet %#x", verb, c)
			}
		}
		if a == "" {
			return fmt.Errorf("%s: an empty argument", verb)
		}
		if len(a) > pop3.MaxArgument && s.known && s.caps == nil && !s.Dev("long-arguments") {
			return fmt.Errorf("%s: an argument of %d characters, to a server without CAPA", verb, len(a))
		}
	}
	if len(line) > pop3.MaxCommand && !s.Dev("long-commands") && !(verb == "AUTH" && s.Dev("initial-long")) {
		return fmt.Errorf("%s: a command of %d octets", verb, len(line))
	}
	return nil
}

// cmd sends a command and reads the status line. A refusal is an error.
func (s *refSession) cmd(ctx context.Context, verb string, args ...string) (*pop3.Reply, error) {
	line := s.print(verb, args)
	if err := s.check(verb, args, line); err != nil {
		return nil, err
	}
	return s.exchange(ctx, verb, line)
}

// exchange sends a line and reads a status line.
func (s *refSession) exchange(ctx context.Context, verb, line string) (*pop3.Reply, error) {
	defer s.Arm(ctx)()
	if _, err := io.WriteString(s.NC, line); err != nil {
		return nil, err
	}
	r, err := s.reply(verb)
	if err != nil {
		s.Close()
		return nil, err
	}
	if r.Status != pop3.Continue {
		s.state = s.state.After(verb, r.Status == pop3.OK)
	}
	if r.Status == pop3.Err {
		if s.Dev("err-is-fatal") {
			s.Close()
		}
		return r, r
	}
	return r, nil
}

// multi sends a command and reads a multi-line response.
func (s *refSession) multi(ctx context.Context, verb string, args ...string) ([]byte, error) {
	if _, err := s.cmd(ctx, verb, args...); err != nil {
		return nil, err
	}
	defer s.Arm(ctx)()
	b, err := s.block()
	if err != nil {
		s.Close()
	}
	return b, err
}

func (s *refSession) multiLines(ctx context.Context, verb string, args ...string) ([]string, error) {
	b, err := s.multi(ctx, verb, args...)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n"), nil
}

func (s *refSession) User(ctx context.Context, name string) error {
	if s.Dev("user-changed") {
		name, _, _ = strings.Cut(strings.ToLower(name), "@")
	}
	_, err := s.cmd(ctx, "USER", name)
	return err
}

func (s *refSession) Pass(ctx context.Context, password string) error {
	_, err := s.cmd(ctx, "PASS", password)
	return err
}

// prepareQuery is SASLprep for a query string: without the table of unassigned code points (RFC 3454 section 7).
func prepareQuery(text string) (string, error) {
	p := stringprep.SASLprep
	p.Prohibits = p.Prohibits[1:]
	return p.Prepare(text)
}

// stamp is the timestamp to make a digest with.
func (s *refSession) stamp() string {
	if s.Dev("apop-first-timestamp") {
		return stampOfFirst
	}
	return s.timestamp
}

// stampOfFirst is what the greeting of the first connection of the case about timestamps has.
const stampOfFirst = "<1.1@mail.example.org>"

func (s *refSession) APOP(ctx context.Context, user, secret string) error {
	if s.timestamp == "" && !s.Dev("apop-without-timestamp") {
		return errors.New("APOP: the greeting has no timestamp")
	}
	if !s.Dev("no-saslprep") {
		prepare := prepareQuery
		if s.Dev("saslprep-stored-name") {
			prepare = auth.Prepare
		}
		var err error
		if user, err = prepare(user); err != nil {
			return err
		}
		if secret, err = auth.Prepare(secret); err != nil {
			return err
		}
	}
	stamp := s.stamp()
	if s.Dev("apop-without-brackets") {
		stamp = strings.Trim(stamp, "<>")
	}
	digest := pop3.APOPDigest(stamp, secret)
	if s.Dev("apop-upper-case") {
		digest = strings.ToUpper(digest)
	}
	_, err := s.cmd(ctx, "APOP", user, digest)
	return err
}

func (s *refSession) Login(ctx context.Context, creds Credentials, methods ...string) error {
	allowed := func(m string) bool { return len(methods) == 0 || slices.Contains(methods, m) }
	if err := s.capabilities(ctx); err != nil {
		return err
	}
	if s.Dev("uidl-required") && !s.has("UIDL") {
		return errors.New("the server has no UIDL")
	}
	mechs := s.mechanisms()
	offered := func(m string) bool { return slices.Contains(mechs, m) && allowed(m) }
	exposed := !s.Protected && s.RequireTLS && !s.Dev("tls-not-required")
	for _, m := range []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"} {
		if offered(m) || m == "CRAM-MD5" && s.Dev("auth-always") {
			err := s.Auth(ctx, m, creds)
			if err != nil && s.Dev("falls-back") {
				return s.Auth(ctx, "PLAIN", creds)
			}
			return err
		}
	}
	apop := s.timestamp != "" || s.Dev("apop-without-timestamp")
	if s.Dev("apop-by-capa") {
		apop = s.has("APOP")
	}
	switch {
	case apop && allowed("APOP") && !s.Protected:
		return s.APOP(ctx, creds.User, creds.Password)
	case offered("PLAIN") && !exposed:
		return s.Auth(ctx, "PLAIN", creds)
	case (s.caps == nil || s.has("USER")) && allowed("USER") && !exposed:
		if s.Dev("pass-first") {
			if err := s.Pass(ctx, creds.Password); err != nil {
				return err
			}
			return s.User(ctx, creds.User)
		}
		if err := s.User(ctx, creds.User); err != nil && !s.Dev("pass-after-err") {
			return err
		}
		if s.Dev("noop-after-user") {
			s.exchange(ctx, "NOOP", "NOOP\r\n")
		}
		return s.Pass(ctx, creds.Password)
	}
	return errors.New("there is no way to log in")
}

// decode decodes a challenge.
func (s *refSession) decode(text string) ([]byte, error) {
	if s.Dev("base64-lenient") {
		text = strings.Map(func(c rune) rune {
			if c == '=' || c == ' ' || c == '*' {
				return -1
			}
			return c
		}, text)
		return base64.RawStdEncoding.DecodeString(text)
	}
	return auth.Decode(text)
}

func (s *refSession) encode(data []byte) string {
	text := auth.Encode(data)
	switch {
	case text == "" && s.Dev("empty-response-equals"):
		return "="
	case s.Dev("base64-unpadded"):
		return strings.TrimRight(text, "=")
	}
	return text
}

// first returns the client's first message, nil if the server begins.
func (s *refSession) first(m auth.Client, name string, creds Credentials) ([]byte, error) {
	_, first, err := m.Start()
	if name != "PLAIN" || err != nil {
		return first, err
	}
	if s.Dev("plain-two-parts") {
		return []byte(creds.User + "\x00" + creds.Password), nil
	}
	if s.Dev("plain-latin1") {
		var b []byte
		for _, c := range string(first) {
			b = append(b, byte(c))
		}
		return b, nil
	}
	return first, nil
}

func (s *refSession) Auth(ctx context.Context, name string, creds Credentials) error {
	known, ok := auth.Lookup(name)
	if !ok || name == "PLAIN" && s.Dev("no-plain") {
		return fmt.Errorf("AUTH %s: %w", name, errors.ErrUnsupported)
	}
	if known.Exposes && s.RequireTLS && !s.Protected && !s.Dev("tls-not-required") {
		return fmt.Errorf("AUTH %s: not without TLS", name)
	}
	if s.Dev("sasl-utf8-refused") && !s.caps.UTF8User() && strings.ContainsFunc(creds.User+creds.Password, func(c rune) bool { return c > 0x7f }) {
		return errors.New("AUTH: the server permits no UTF-8")
	}
	m, err := auth.NewClient(name, creds)
	if err != nil {
		return err
	}
	first, err := s.first(m, name, creds)
	if err != nil {
		return err
	}
	args := []string{name}
	if s.Dev("mechanism-left-out") {
		args = nil
	}
	pending := first != nil
	if first != nil && (len(s.mechanisms()) > 0 || s.Dev("initial-always")) {
		initial := s.encode(first)
		switch {
		case len(first) == 0:
			initial = "="
		case s.Dev("initial-raw"):
			initial = strings.ReplaceAll(string(first), "\x00", "|")
		}
		if len("AUTH  \r\n")+len(name)+len(initial) <= pop3.MaxCommand || s.Dev("initial-long") {
			pending = false
			if !(len(first) == 0 && s.Dev("initial-empty-blank")) {
				args = append(args, initial)
			}
		}
	}
	r, err := s.cmd(ctx, "AUTH", args...)
	for err == nil && r.Status == pop3.Continue {
		var line string
		challenge, bad := s.decode(r.Text)
		switch {
		case bad == nil && pending:
			line, pending = s.encode(first), false
		case bad == nil:
			if s.Dev("cram-wrong-digest") {
				challenge = bytes.Trim(challenge, "<>")
			}
			var response []byte
			response, bad = m.Next(challenge)
			line = s.encode(response)
		}
		if bad != nil {
			if line = "*"; s.Dev("cancels-with-text") {
				line = "* cancelled"
			}
			if s.Dev("bad-challenge-answered") {
				line = ""
			}
			if r, err := s.exchange(ctx, "(cancel)", line+"\r\n"); err == nil && r.Status != pop3.Err {
				s.Close()
			}
			return fmt.Errorf("AUTH %s: %w", name, bad)
		}
		r, err = s.exchange(ctx, "AUTH", line+"\r\n")
	}
	if err != nil {
		return err
	}
	if data, ok := strings.CutPrefix(r.Text, "v="); ok && s.Dev("success-data-taken") {
		m.Next([]byte("v=" + data))
	}
	if err := m.Complete(); err != nil && !s.Dev("server-unproven") {
		s.Close()
		return err
	}
	return nil
}

// capabilities asks for the capabilities if they are not known.
func (s *refSession) capabilities(ctx context.Context) error {
	if s.known {
		return nil
	}
	_, err := s.Capa(ctx)
	if replyOf(err).Status == pop3.Err && !s.Dev("capa-required") {
		return nil
	}
	return err
}

func (s *refSession) has(tag string) bool {
	return slices.ContainsFunc(s.caps, func(c pop3.Capability) bool {
		surplus := len(c.Params) > 0 && slices.Contains([]string{"USER", "UIDL", "TOP", "PIPELINING"}, strings.ToUpper(c.Tag))
		return (c.Tag == tag || strings.EqualFold(c.Tag, tag) && !s.Dev("capa-case")) && !(surplus && s.Dev("capa-parameters-refused"))
	})
}

func (s *refSession) mechanisms() []string {
	if !s.has("SASL") {
		return nil
	}
	c, _ := s.caps.Get("SASL")
	if s.Dev("mechanism-case") {
		return c.Params
	}
	return s.caps.SASL()
}

func (s *refSession) Capa(ctx context.Context) (pop3.Capabilities, error) {
	list, err := s.multiLines(ctx, "CAPA")
	if replyOf(err).Status == pop3.Err {
		s.caps, s.known = nil, true
	}
	if err != nil {
		return nil, err
	}
	caps := pop3.Capabilities{}
	for _, l := range list {
		f := strings.Split(l, " ")
		if s.Dev("capa-unknown-refused") && strings.HasPrefix(f[0], "X-") {
			return nil, fmt.Errorf("unknown capability %s", f[0])
		}
		c := pop3.Capability{Tag: f[0], Params: f[1:]}
		if s.Dev("capa-parameters-dropped") {
			c.Params = nil
		}
		caps = append(caps, c)
	}
	s.caps, s.known = caps, true
	return caps, nil
}

func (s *refSession) STLS(ctx context.Context) error {
	if s.utf8 && !s.Dev("stls-after-utf8") {
		return errors.New("STLS: not after UTF8")
	}
	if s.Protected {
		return errors.New("STLS: TLS is active")
	}
	if s.Dev("stls-pipelined") {
		line := s.print("STLS", nil) + s.print("CAPA", nil)
		if _, err := s.exchange(ctx, "STLS", line); err != nil {
			return err
		}
	} else if _, err := s.cmd(ctx, "STLS"); err != nil {
		if s.Dev("stls-refusal-ignored") {
			s.RequireTLS = false
			return nil
		}
		return err
	}
	if err := s.Handshake(ctx); err != nil {
		if s.Dev("handshake-failure-ignored") {
			return nil
		}
		return err
	}
	if !s.Dev("capabilities-kept") {
		s.caps, s.known = nil, false
	}
	return nil
}

func (s *refSession) UTF8(ctx context.Context) error {
	_, err := s.cmd(ctx, "UTF8")
	if replyOf(err).Status == pop3.Err && s.Dev("utf8-err-ignored") {
		err = nil
	}
	s.utf8 = s.utf8 || err == nil
	return err
}

func (s *refSession) Lang(ctx context.Context, languageRange string) (pop3.Language, error) {
	r, err := s.cmd(ctx, "LANG", languageRange)
	if err != nil {
		return pop3.Language{}, err
	}
	tag, text, _ := strings.Cut(r.Text, " ")
	return pop3.Language{Tag: tag, Description: text}, nil
}

func (s *refSession) LangAll(ctx context.Context) ([]pop3.Language, error) {
	list, err := s.multiLines(ctx, "LANG")
	var out []pop3.Language
	for _, l := range list {
		tag, text, _ := strings.Cut(l, " ")
		out = append(out, pop3.Language{Tag: tag, Description: text})
	}
	return out, err
}

// numbers parses two numbers and what follows.
func (s *refSession) numbers(text string) (a int, b int64, extra string, err error) {
	f := strings.SplitN(text, " ", 3)
	if len(f) < 2 {
		return 0, 0, "", fmt.Errorf("no listing: %q", text)
	}
	if len(f) == 3 {
		if extra = f[2]; s.Dev("extra-refused") {
			return 0, 0, "", fmt.Errorf("text behind a listing: %q", extra)
		}
	}
	if a, err = strconv.Atoi(f[0]); err == nil {
		b, err = strconv.ParseInt(f[1], 10, 64)
	}
	return a, b, extra, err
}

func (s *refSession) Stat(ctx context.Context) (d pop3.DropListing, err error) {
	r, err := s.cmd(ctx, "STAT")
	if err == nil {
		d.Messages, d.Octets, d.Extra, err = s.numbers(r.Text)
	}
	return d, err
}

func (s *refSession) scan(text string) (l pop3.ScanListing, err error) {
	l.Number, l.Octets, l.Extra, err = s.numbers(text)
	return l, err
}

func (s *refSession) List(ctx context.Context, n int) (l pop3.ScanListing, err error) {
	if err := s.live(n); err != nil {
		return l, err
	}
	r, err := s.cmd(ctx, "LIST", s.number(n))
	if err != nil {
		return l, err
	}
	return s.scan(r.Text)
}

func (s *refSession) ListAll(ctx context.Context) ([]pop3.ScanListing, error) {
	list, err := s.multiLines(ctx, "LIST")
	var out []pop3.ScanListing
	for _, text := range list {
		l, err := s.scan(text)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, err
}

func (s *refSession) uid(text string) (u pop3.UniqueID, err error) {
	number, id, _ := strings.Cut(text, " ")
	if u.Number, err = strconv.Atoi(number); err != nil {
		return u, err
	}
	if u.ID = id; s.Dev("uid-cut") {
		u.ID = id[:min(len(id), 32)]
	}
	return u, nil
}

func (s *refSession) Uidl(ctx context.Context, n int) (u pop3.UniqueID, err error) {
	if err := s.live(n); err != nil {
		return u, err
	}
	r, err := s.cmd(ctx, "UIDL", s.number(n))
	if err != nil {
		return u, err
	}
	return s.uid(r.Text)
}

func (s *refSession) UidlAll(ctx context.Context) ([]pop3.UniqueID, error) {
	if s.Dev("implementation-special") && strings.HasPrefix(s.caps.Implementation(), "Broken") {
		return nil, errors.New("not with this server")
	}
	list, err := s.multiLines(ctx, "UIDL")
	var out []pop3.UniqueID
	for _, text := range list {
		u, err := s.uid(text)
		if err != nil {
			return nil, err
		}
		if s.Dev("uid-duplicates-refused") && slices.ContainsFunc(out, func(v pop3.UniqueID) bool { return v.ID == u.ID }) {
			return nil, fmt.Errorf("the unique-id %s occurs twice", u.ID)
		}
		out = append(out, u)
	}
	return out, err
}

// live says whether a message may be referred to.
func (s *refSession) live(n int) error {
	if s.deleted[n] && !s.Dev("deleted-referenced") {
		return fmt.Errorf("message %d is marked as deleted", n)
	}
	return nil
}

func (s *refSession) Retr(ctx context.Context, n int) ([]byte, error) {
	if err := s.live(n); err != nil {
		return nil, err
	}
	return s.multi(ctx, "RETR", s.number(n))
}

func (s *refSession) Top(ctx context.Context, n, lines int) ([]byte, error) {
	if err := s.live(n); err != nil {
		return nil, err
	}
	if lines < 0 && !s.Dev("negative-lines") {
		return nil, fmt.Errorf("TOP: %d lines", lines)
	}
	return s.multi(ctx, "TOP", s.number(n), strconv.Itoa(lines))
}

// refAhead is how many commands the reference client sends ahead.
const refAhead = 20

func (s *refSession) RetrAll(ctx context.Context, numbers []int) ([]Retrieved, error) {
	if err := s.capabilities(ctx); err != nil {
		return nil, err
	}
	ahead := 1
	if s.has("PIPELINING") || s.Dev("pipelines-always") {
		ahead = refAhead
	}
	if s.Dev("pipelining-unbounded") {
		ahead = len(numbers)
	}
	out := make([]Retrieved, len(numbers))
	at := 0 // where the next message goes
	for from := 0; from < len(numbers); from += ahead {
		part := numbers[from:min(from+ahead, len(numbers))]
		var lines strings.Builder
		for _, n := range part {
			line := s.print("RETR", []string{s.number(n)})
			if err := errors.Join(s.live(n), s.check("RETR", []string{s.number(n)}, line)); err != nil {
				return nil, err
			}
			lines.WriteString(line)
		}
		if err := s.retrPart(ctx, lines.String(), part, out, &at); err != nil {
			s.Close()
			return out, err
		}
	}
	return out, nil
}

func (s *refSession) retrPart(ctx context.Context, lines string, part []int, out []Retrieved, at *int) error {
	defer s.Arm(ctx)()
	if _, err := io.WriteString(s.NC, lines); err != nil {
		return err
	}
	for range part {
		r, err := s.reply("RETR")
		if err != nil {
			return err
		}
		if r.Status == pop3.Err {
			if s.Dev("pipelining-mixed-up") {
				continue
			}
			out[*at].Err = r
			*at++
			continue
		}
		if out[*at].Data, err = s.block(); err != nil {
			return err
		}
		*at++
	}
	return nil
}

func (s *refSession) Dele(ctx context.Context, n int) error {
	if s.Dev("dele-forgotten") {
		return nil
	}
	if err := s.live(n); err != nil {
		return err
	}
	_, err := s.cmd(ctx, "DELE", s.number(n))
	if err == nil {
		s.deleted[n] = true
	}
	return err
}

func (s *refSession) Noop(ctx context.Context) error {
	_, err := s.cmd(ctx, "NOOP")
	return err
}

func (s *refSession) Rset(ctx context.Context) error {
	_, err := s.cmd(ctx, "RSET")
	if err == nil {
		clear(s.deleted)
	}
	return err
}

func (s *refSession) Quit(ctx context.Context) error {
	defer s.Close()
	_, err := s.cmd(ctx, "QUIT")
	if s.Dev("quit-last-reply") {
		defer s.Arm(ctx)()
		for {
			r, rerr := s.reply("QUIT")
			if rerr != nil {
				break
			}
			if err = nil; r.Status == pop3.Err {
				err = r
			}
		}
	}
	if replyOf(err).Status == pop3.Err && s.Dev("quit-err-ignored") {
		return nil
	}
	return err
}
