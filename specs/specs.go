// Package specs holds what the conformance specs of all protocols share: the case, its judgement, the verdict that a requirement's level
// makes of it, the environment that a case runs in, and the reports.
//
// A protocol's cases live in a package of their own (specs/pop3spec), which adds them with
//
//	func Register(env *specs.Env)
//
// The same cases are run by go test and by harness check. There are two catalogues: server cases, in which our client drives a server
// under test, and client cases, in which scripted servers try a client under test. Beside them stand the recorded cases: a recorded session
// is served to the client under test, and compared.
package specs

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/url"
	"time"

	"harness/fixtures"
	"harness/specs/register"
)

// Catalogue is one of the two sets of cases.
type Catalogue string

// The catalogues.
const (
	ServerCases Catalogue = "server"
	ClientCases Catalogue = "client"
	// RecordedCases serve a recorded session to the client under test. They have a Rule of their own instead of a requirement.
	RecordedCases Catalogue = "recorded"
)

// JudgementKind is what a case found, before the level of its requirement is considered.
type JudgementKind uint8

const (
	// Inconclusive: the case could not find out; Note says why. It is the zero value: a case that says nothing has shown nothing.
	Inconclusive JudgementKind = iota
	// Satisfied: the party under test did as the requirement says.
	Satisfied
	// Violated: it did not; Expected and Actual say how.
	Violated
	// Observed: the requirement leaves a choice, and Note says which one was made.
	Observed
	// NotOffered: the extension that the case needs is not offered; Note names it.
	NotOffered
)

var judgementNames = [...]string{Inconclusive: "inconclusive", Satisfied: "satisfied", Violated: "violated", Observed: "observed", NotOffered: "not offered"}

// String returns the judgement's name.
func (k JudgementKind) String() string {
	if int(k) < len(judgementNames) {
		return judgementNames[k]
	}
	return "unknown judgement"
}

// Judgement is what a case found.
type Judgement struct {
	Kind JudgementKind
	// Expected and Actual are set for Violated, Note for the others (and where a violation needs a remark).
	Expected, Actual, Note string
}

// OK is the judgement Satisfied.
func OK() Judgement { return Judgement{Kind: Satisfied} }

// Fail is the judgement Violated. Expected and actual are sentences or wire lines for the report.
func Fail(expected, actual string) Judgement {
	return Judgement{Kind: Violated, Expected: expected, Actual: actual}
}

// Failf is Fail with the actual behaviour formatted.
func Failf(expected, format string, args ...any) Judgement {
	return Fail(expected, fmt.Sprintf(format, args...))
}

// Saw is the judgement Observed.
func Saw(format string, args ...any) Judgement {
	return Judgement{Kind: Observed, Note: fmt.Sprintf(format, args...)}
}

// Unclear is the judgement Inconclusive.
func Unclear(format string, args ...any) Judgement {
	return Judgement{Kind: Inconclusive, Note: fmt.Sprintf(format, args...)}
}

// Absent is the judgement NotOffered.
func Absent(extension string) Judgement { return Judgement{Kind: NotOffered, Note: extension} }

// Verdict is what a judgement means at the level of its requirement.
type Verdict uint8

const (
	// Undecided: the case was inconclusive.
	Undecided Verdict = iota
	// Conformant: the requirement is met.
	Conformant
	// NonConformant: a MUST or MUST NOT is violated, or, when strict, a SHOULD.
	NonConformant
	// Latitude: a departure from a SHOULD, or a choice that a MAY permits.
	Latitude
	// Unoffered: the extension is not offered.
	Unoffered
)

var verdictNames = [...]string{Undecided: "inconclusive", Conformant: "conformant", NonConformant: "non-conformant", Latitude: "latitude", Unoffered: "not offered"}

// String returns the verdict's name as the reports have it.
func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return "unknown verdict"
}

// Judge turns a judgement into a verdict. Strict makes a violated SHOULD non-conformant.
func Judge(k JudgementKind, level register.Level, strict bool) Verdict {
	switch k {
	case Satisfied:
		return Conformant
	case Observed:
		if level == register.May {
			return Latitude
		}
		return Conformant
	case NotOffered:
		return Unoffered
	case Violated:
		switch level {
		case register.Must, register.MustNot:
			return NonConformant
		case register.Should, register.ShouldNot:
			if strict {
				return NonConformant
			}
		}
		return Latitude
	}
	return Undecided
}

// Case is one check of one requirement.
type Case struct {
	// ID is stable and named: protocol, catalogue, name, such as "pop3/server/uidl-unique".
	ID        string
	Catalogue Catalogue
	// Requirement is the register's id of the rule that is judged; its level makes the verdict.
	Requirement string
	// Rule says what is expected, for a recorded case, which has no requirement; it is judged as a MUST.
	Rule string
	// Also names further rules that the case touches; they count as covered.
	Also []string
	// Needs are the capabilities without which the rule does not apply, such as "UIDL". They are labels; that a peer lacks one is found by
	// Run, which knows what it set up, and answers [Absent].
	Needs []string
	// Mutates marks a server case that changes what the server keeps. It is not run against a server that isn't disposable, unless
	// the user allows it.
	Mutates bool
	// Deviations are those of the mock (server cases) or of the reference subject (client cases) that make the case fail: each of them,
	// alone. A MUST case has at least one.
	Deviations []string
	// Labels are further labels; protocol, RFC, section, level, catalogue and extension are added from the register.
	Labels []string
	// Timeout bounds the case; 0 means DefaultTimeout.
	Timeout time.Duration
	// Run makes the check. It does not panic and does not assert; what it starts, it ends by t.Cleanup.
	Run func(ctx context.Context, t *T) Judgement
}

// DefaultTimeout bounds a case that sets no other.
const DefaultTimeout = 20 * time.Second

// Setup is what a server case wants the server to hold. A server that cannot be set up (a user's) ignores it, and Target.Mail
// and Target.Files are nil then.
type Setup struct {
	// Mail is the content of the first account's maildrop or INBOX, in order. nil means that anything will do.
	Mail []fixtures.Mail
	// Files is what the first account's directory holds, where it begins a session. nil means that anything will do; of a server that can be
	// set up it is the tree of fixtures then.
	Files []fixtures.File
	// Features names switches of the built-in mock, protocol-specific, such as "-UIDL" (withdrawn) or "LOGIN-DELAY=60". A server that
	// isn't ours cannot be switched: Start returns ErrCannotSetUp for it, unless all of them begin with "?", which says that the case
	// makes do without the switch.
	Features []string
}

// Target is a server, ready to be driven.
type Target struct {
	// Name is the software, for reports.
	Name string
	// URL has the scheme and the address; userinfo is not set. For FTP a path is the directory in which cases work, relative to the one in which
	// a session begins.
	URL *url.URL
	// User and Password are the first account's.
	User, Password string
	// Other is a second account, "" if there is none.
	OtherUser, OtherPassword string
	// TLS is the configuration to verify the server with; nil for the system's.
	TLS *tls.Config
	// StartTLS asks for the upgrade before login.
	StartTLS bool
	// Mail is what the maildrop holds, nil if it is not known.
	Mail []fixtures.Mail
	// Files is what the directory holds, nil if it is not known.
	Files []fixtures.File
	// Delivered, if set, reads what a mailbox holds of the mail that was delivered to it, trace fields and all, in any order. It is for servers
	// that take mail.
	Delivered func(ctx context.Context, mailbox string) ([][]byte, error)
}

// ServerUnderTest starts, or names, the server that server cases drive.
type ServerUnderTest interface {
	// Name is the software, for reports.
	Name() string
	// Disposable servers may be changed and broken by a case.
	Disposable() bool
	// Start returns a server in the state that setup asks for; it is fresh if the server is disposable. The clean-up is t's.
	Start(ctx context.Context, t *T, setup Setup) (*Target, error)
}

// FreshServer is a ServerUnderTest that may be made anew for each case: what a case leaves behind is gone.
type FreshServer interface {
	ServerUnderTest
	Fresh() bool
}

// ClientUnderTest is a client that client cases try. Each protocol's specs define an interface for what the client can do and assert it.
type ClientUnderTest interface {
	// Name is the software, for reports.
	Name() string
}
