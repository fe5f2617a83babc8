package nntpmock

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/protocols/nntp"
)

// Feature is a switch of the server; see [mockservers.Feature] for how it is written.
type Feature = mockservers.Feature

// What kind of server it is.
const (
	modeBoth      = "both"      // reader and transit at once
	modeReader    = "reader"    // for readers
	modeTransit   = "transit"   // for peers
	modeSwitching = "switching" // for peers, until MODE READER
)

// Whether AUTHINFO is needed.
const (
	authOffered  = "offered"
	authPost     = "post"     // for POST
	authRequired = "required" // for everything
)

// The forms of an empty group (RFC 3977 section 6.1.1.2).
const (
	emptyMarks = "marks" // high is one less than low
	emptyZero  = "zero"  // three zeros
	emptyHigh  = "high"  // a count of 0, with high no less than low
)

// Whether TLS is needed.
const (
	tlsOffered  = "offered"
	tlsRequired = "required"
)

// clear is how passwords without TLS are seen.
const (
	clearAll  = "all"
	clearNone = "none"
)

// listVariants are the variants of LIST that can be left out.
var listVariants = []string{"ACTIVE", "ACTIVE.TIMES", "COUNTS", "DISTRIB.PATS", "DISTRIBUTIONS", "HEADERS", "MODERATORS", "MOTD", "NEWSGROUPS", "OVERVIEW.FMT", "SUBSCRIPTIONS"}

// features are how a server's switches stand.
type features struct {
	mode                                                       string
	post, newnews, hdr, over, overID, streaming, compress, old bool
	starttls, capabilities, byIDNumber, listHeadersAny         bool
	deferring                                                  bool
	auth, empty, cleartext, tls                                string
	refused                                                    map[string]int // code of each refused command
	mechanisms                                                 []string
	user                                                       bool
	lists                                                      []string
	implementation                                             string
	idle                                                       time.Duration
	maxArticle                                                 int64
	greeting                                                   int // 0 for one that fits
	leaves                                                     int // after how many commands; 0 for never
}

func defaultFeatures() features {
	return features{
		mode: modeBoth, post: true, newnews: true, hdr: true, over: true, overID: true, streaming: true, compress: true, old: true,
		starttls: true, capabilities: true, listHeadersAny: true,
		auth: authOffered, empty: emptyMarks, cleartext: clearAll, tls: tlsOffered, user: true,
		lists:          slices.Clone(listVariants),
		implementation: "harness-nntpmock", idle: 10 * time.Minute, maxArticle: 16 << 20, mechanisms: mechanisms,
	}
}

// mechanisms are those that a server has unless it is told otherwise.
var mechanisms = mockservers.MechanismsBut(auth.Anonymous, auth.External)

var featureTable = mockservers.Switches[features]{
	mockservers.Choice("MODE", modeBoth, "", "for readers, for peers (transit), both at once, or for peers until MODE READER (RFC 3977 section 3.4)", func(f *features) *string { return &f.mode }, modeBoth, modeReader, modeTransit, modeSwitching),
	mockservers.Flag("CAPABILITIES", "on", "the CAPABILITIES command; without it the server is one of before RFC 3977", func(f *features) *bool { return &f.capabilities }),
	mockservers.Flag("POST", "on", "posting (RFC 3977 section 6.3.1)", func(f *features) *bool { return &f.post }),
	mockservers.Flag("NEWNEWS", "on", "the NEWNEWS command (RFC 3977 section 7.4)", func(f *features) *bool { return &f.newnews }),
	mockservers.Flag("HDR", "on", "the HDR command and LIST HEADERS (RFC 3977 section 8.5)", func(f *features) *bool { return &f.hdr }),
	mockservers.Flag("HDR-ANY", "on", "HDR shows any header; without it those of the overview, and metadata", func(f *features) *bool { return &f.listHeadersAny }),
	mockservers.Flag("OVER", "on", "the OVER command and LIST OVERVIEW.FMT (RFC 3977 section 8.3)", func(f *features) *bool { return &f.over }),
	mockservers.Flag("OVER-MSGID", "on", "OVER takes a message-id", func(f *features) *bool { return &f.overID }),
	mockservers.Flag("STREAMING", "on", "MODE STREAM, CHECK and TAKETHIS (RFC 4644), where the server is one for peers", func(f *features) *bool { return &f.streaming }),
	mockservers.Flag("COMPRESS", "on", "the COMPRESS command with DEFLATE (RFC 8054)", func(f *features) *bool { return &f.compress }),
	mockservers.Flag("STARTTLS", "on", "the STARTTLS command (RFC 4642)", func(f *features) *bool { return &f.starttls }),
	mockservers.Flag("OLD", "on", "the commands of RFC 2980 and RFC 977 that others have replaced: XHDR, XOVER, XPAT, XGTITLE, XROVER, SLAVE", func(f *features) *bool { return &f.old }),
	mockservers.Flag("BY-ID-NUMBER", "off", "an article that is asked for by its message-id shows its number in the current group (RFC 3977 section 6.2.1.2)", func(f *features) *bool { return &f.byIDNumber }),
	mockservers.Choice("AUTH", authOffered, authOffered, "whether AUTHINFO is merely offered, needed for POST, or needed for everything", func(f *features) *string { return &f.auth }, authOffered, authPost, authRequired),
	mockservers.Flag("USER", "on", "AUTHINFO USER and PASS (RFC 4643 section 2.3)", func(f *features) *bool { return &f.user }),
	mockservers.Mechanisms("SASL", "AUTHINFO SASL and its mechanisms (RFC 4643 section 2.4)", mechanisms, func(f *features) *[]string { return &f.mechanisms }),
	mockservers.Choice("CLEARTEXT", clearAll, clearNone, "passwords without TLS: USER and PASS, and the mechanisms that show them (RFC 4643 section 2.1)", func(f *features) *string { return &f.cleartext }, clearAll, clearNone),
	mockservers.Choice("TLS", tlsOffered, tlsOffered, "whether TLS is merely offered, or needed for everything but CAPABILITIES, HELP, MODE READER, STARTTLS and QUIT: 483 without it (RFC 3977 section 3.2.1)", func(f *features) *string { return &f.tls }, tlsOffered, tlsRequired),
	mockservers.Flag("DEFER", "off", "an article is put off when it is first offered: CHECK gets 431 (RFC 4644 section 2.4.2), IHAVE 436; the second offer of it is taken", func(f *features) *bool { return &f.deferring }),
	{Feature: Feature{Name: "REFUSE", Value: "COMMAND:CODE[,COMMAND:CODE...]", Default: "off", Summary: "commands that get a code for a refusal, one of their own or a generic one (RFC 3977 section 3.2.1), such as COMPRESS:403,STARTTLS:580; 400 closes the connection"},
		Set: func(f *features, value string) error {
			f.refused = map[string]int{}
			for _, one := range strings.Split(value, ",") {
				name, digits, _ := strings.Cut(one, ":")
				spec, ok := nntp.Lookup(name)
				code, err := strconv.Atoi(digits)
				switch {
				case !ok:
					return fmt.Errorf("expected a command and a code such as COMPRESS:403, got %q", one)
				case err != nil || !refuses(spec, code):
					return fmt.Errorf("expected a code by which %s is refused, got %q", spec.Name, digits)
				}
				f.refused[spec.Name] = code
			}
			return nil
		},
		Off: func(f *features) error { f.refused = nil; return nil },
	},
	mockservers.Choice("EMPTY-GROUP", emptyMarks, "", "how an empty group is shown (RFC 3977 section 6.1.1.2)", func(f *features) *string { return &f.empty }, emptyMarks, emptyZero, emptyHigh),
	{Feature: Feature{Name: "LIST", Value: "KEYWORD[,KEYWORD...]", Default: "all", Summary: "the variants of LIST besides those that other features need (RFC 3977 section 7.6, RFC 6048)"},
		Set: func(f *features, value string) error {
			if value == "" {
				f.lists = slices.Clone(listVariants)
				return nil
			}
			f.lists = nil
			for _, k := range strings.Split(strings.ToUpper(value), ",") {
				if !slices.Contains(listVariants, k) {
					return fmt.Errorf("expected some of %q, got %q", listVariants, k)
				}
				f.lists = append(f.lists, k)
			}
			return nil
		},
		Off: func(f *features) error { f.lists = nil; return nil },
	},
	{Feature: Feature{Name: "IMPLEMENTATION", Value: "TEXT", Default: "harness-nntpmock", Summary: "what the server says that it is (RFC 3977 section 3.3.2)"},
		Set: func(f *features, value string) error {
			if value = strings.Join(strings.Fields(value), " "); value == "" || len(value) > 400 || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
				return fmt.Errorf("expected a text of at most 400 printable ASCII characters")
			}
			f.implementation = value
			return nil
		},
		Off: func(f *features) error { f.implementation = ""; return nil },
	},
	{Feature: Feature{Name: "GREETING", Value: "400|502", Default: "off", Summary: "refuses every client with that greeting (RFC 3977 section 5.1)"},
		Set: func(f *features, value string) error {
			switch value {
			case "400":
				f.greeting = nntp.CodeUnavailable
			case "502":
				f.greeting = nntp.CodeNotPermitted
			default:
				return fmt.Errorf("expected 400 or 502, got %q", value)
			}
			return nil
		},
		Off: func(f *features) error { f.greeting = 0; return nil },
	},
	{Feature: Feature{Name: "LEAVES", Value: "COMMANDS", Default: "off", Summary: "has to end the session after that many commands, and answers the next by 400 (RFC 3977 section 3.2.1)"},
		Set: func(f *features, value string) error {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return fmt.Errorf("expected a number of commands, 1 or more, got %q", value)
			}
			f.leaves = n
			return nil
		},
		Off: func(f *features) error { f.leaves = 0; return nil },
	},
	mockservers.Duration("AUTOLOGOUT", "10m", "how long a session may be silent (RFC 3977 section 3.1 wants at least three minutes)", func(f *features) *time.Duration { return &f.idle }),
}

// refuses reports whether a command can be refused by a code: its own, and those that any command may get where there is trouble with the server or with the
// client's rights (RFC 3977 section 3.2.1). STARTTLS gets no 480 and no 483 (RFC 4642 section 2.2.2), AUTHINFO no 480 (RFC 4643 section 2.2).
func refuses(spec *nntp.Spec, code int) bool {
	switch code {
	case nntp.CodeUnavailable, nntp.CodeFault, nntp.CodeNotPermitted, nntp.CodeNotSupported:
		return true
	case nntp.CodeAuthRequired:
		return spec.Name != "STARTTLS" && !strings.HasPrefix(spec.Name, "AUTHINFO ")
	case nntp.CodePrivacyRequired:
		return spec.Name != "STARTTLS"
	}
	return code >= 400 && slices.Contains(spec.Codes, code)
}

// Features lists the switches.
func Features() []Feature { return featureTable.List() }

func parseFeatures(list []string) (features, error) {
	f := defaultFeatures()
	err := featureTable.Apply(&f, list)
	return f, err
}
