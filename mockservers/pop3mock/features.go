package pop3mock

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/mockservers"
)

// Feature is a switch of the server; see [mockservers.Feature] for how it is written.
type Feature = mockservers.Feature

// delay is a LOGIN-DELAY, expire an EXPIRE: the value for all, and that for each user if it differs.
type delay struct {
	on         bool
	all, user  int // seconds
	individual bool
}

type expire struct {
	on         bool
	all, user  string // days or NEVER
	individual bool
}

const (
	cleartextAll  = "all"  // wherever
	cleartextUser = "user" // USER and PASS anywhere, the mechanisms that show the password over TLS only
	cleartextNone = "none" // over TLS only
)

// features are how a server's switches stand.
type features struct {
	capa, top, uidl, user, apop, stls, pipelining, respCodes, authRespCode bool
	utf8, utf8User, utf8Refuse, lang                                       bool
	mechanisms                                                             []string
	loginDelay                                                             delay
	expire                                                                 expire
	implementation                                                         string
	cleartext                                                              string
	language                                                               string
	bareLF, oneMethod, updateFails                                         bool
	autologout                                                             time.Duration
}

func defaultFeatures() features {
	return features{
		capa: true, top: true, uidl: true, user: true, apop: true, stls: true, pipelining: true, respCodes: true, authRespCode: true,
		utf8: true, utf8User: true, lang: true,
		expire:         expire{on: true, all: "NEVER"},
		implementation: "harness-pop3mock",
		cleartext:      cleartextUser,
		language:       "en",
		mechanisms:     mechanisms,
	}
}

// mechanisms are those that a server has unless it is told otherwise.
var mechanisms = mockservers.MechanismsBut(auth.Anonymous)

var featureTable = mockservers.Switches[features]{
	mockservers.Flag("CAPA", "on", "the CAPA command (RFC 2449)", func(f *features) *bool { return &f.capa }),
	mockservers.Flag("TOP", "on", "the TOP command (RFC 1939 section 7)", func(f *features) *bool { return &f.top }),
	mockservers.Flag("UIDL", "on", "the UIDL command (RFC 1939 section 7)", func(f *features) *bool { return &f.uidl }),
	mockservers.Flag("USER", "on", "the USER and PASS commands (RFC 1939 section 7)", func(f *features) *bool { return &f.user }),
	mockservers.Flag("APOP", "on", "the APOP command and its timestamp in the greeting (RFC 1939 section 7)", func(f *features) *bool { return &f.apop }),
	mockservers.Mechanisms("SASL", "the AUTH command and its mechanisms (RFC 5034)", mechanisms, func(f *features) *[]string { return &f.mechanisms }),
	mockservers.Flag("STLS", "on", "the STLS command (RFC 2595)", func(f *features) *bool { return &f.stls }),
	mockservers.Flag("PIPELINING", "on", "PIPELINING (RFC 2449 section 6.6); without it a command that was sent too early is refused", func(f *features) *bool { return &f.pipelining }),
	mockservers.Flag("RESP-CODES", "on", "response codes (RFC 2449 section 8)", func(f *features) *bool { return &f.respCodes }),
	mockservers.Flag("AUTH-RESP-CODE", "on", "the AUTH response code (RFC 3206)", func(f *features) *bool { return &f.authRespCode }),
	{Feature: Feature{Name: "LOGIN-DELAY", Value: "SECONDS[,USER=SECONDS]", Default: "off", Summary: "the least time between logins, enforced; with USER= the user's own, which may be less (RFC 2449 section 6.5)"},
		Set: func(f *features, value string) error {
			all, own, individual := strings.Cut(value, ",USER=")
			n, err := strconv.Atoi(all)
			if err != nil || n < 0 {
				return fmt.Errorf("expected a number of seconds, got %q", all)
			}
			d := delay{on: true, all: n, user: n, individual: individual}
			if individual {
				if d.user, err = strconv.Atoi(own); err != nil || d.user < 0 || d.user > n {
					return fmt.Errorf("expected the user's number of seconds, at most %d, got %q", n, own)
				}
			}
			f.loginDelay = d
			return nil
		},
		Off: func(f *features) error { f.loginDelay = delay{}; return nil },
	},
	{Feature: Feature{Name: "EXPIRE", Value: "DAYS|NEVER[,USER=DAYS|NEVER]", Default: "NEVER", Summary: "the retention that is announced; with 0, QUIT removes what was retrieved (RFC 2449 section 6.7)"},
		Set: func(f *features, value string) error {
			all, own, individual := strings.Cut(value, ",USER=")
			e := expire{on: true, all: all, user: all, individual: individual}
			if individual {
				e.user = own
			}
			least, err := days(e.all)
			if err != nil {
				return err
			}
			n, err := days(e.user)
			if err != nil {
				return err
			}
			if n < least {
				return fmt.Errorf("the user's retention %s is less than the smallest, %s", e.user, e.all)
			}
			f.expire = e
			return nil
		},
		Off: func(f *features) error { f.expire = expire{}; return nil },
	},
	{Feature: Feature{Name: "IMPLEMENTATION", Value: "TEXT", Default: "harness-pop3mock", Summary: "what the server says that it is (RFC 2449 section 6.9)"},
		Set: func(f *features, value string) error {
			for i := 0; i < len(value); i++ {
				if value[i] < ' ' || value[i] >= 0x7f {
					return fmt.Errorf("expected printable ASCII, got %q", value)
				}
			}
			if value = strings.Join(strings.Fields(value), " "); value == "" || len(value) > 400 {
				return fmt.Errorf("expected a text of at most 400 octets")
			}
			f.implementation = value
			return nil
		},
		Off: func(f *features) error { f.implementation = ""; return nil },
	},
	{Feature: Feature{Name: "UTF8", Value: "USER|NOUSER|REFUSE", Default: "USER", Summary: "the UTF8 command (RFC 6856): USER accepts names and passwords in UTF-8; REFUSE does too, and refuses messages that need UTF-8 without the mode instead of sending a surrogate"},
		Set: func(f *features, value string) error {
			switch value {
			case "", "USER":
				f.utf8, f.utf8User, f.utf8Refuse = true, true, false
			case "NOUSER":
				f.utf8, f.utf8User, f.utf8Refuse = true, false, false
			case "REFUSE":
				f.utf8, f.utf8User, f.utf8Refuse = true, true, true
			default:
				return fmt.Errorf("expected USER, NOUSER or REFUSE, got %q", value)
			}
			return nil
		},
		Off: func(f *features) error { f.utf8, f.utf8User, f.utf8Refuse = false, false, false; return nil },
	},
	{Feature: Feature{Name: "LANG", Value: "TAG", Default: "en", Summary: "the LANG command (RFC 6856 section 3); the value is the language that LANG * selects"},
		Set: func(f *features, value string) error {
			if value == "" {
				value = "en"
			}
			tag, ok := matchLanguage(value)
			if !ok {
				return fmt.Errorf("expected one of %q, got %q", languageTags(), value)
			}
			f.lang, f.language = true, tag
			return nil
		},
		Off: func(f *features) error { f.lang = false; return nil },
	},
	{Feature: Feature{Name: "CLEARTEXT", Value: "all|user|none", Default: "user", Summary: "passwords without TLS: USER and PASS as well as SASL mechanisms (all), USER and PASS (user), or none"},
		Set: func(f *features, value string) error {
			switch value {
			case "":
				value = cleartextAll
			case cleartextAll, cleartextUser, cleartextNone:
			default:
				return fmt.Errorf("expected all, user or none, got %q", value)
			}
			f.cleartext = value
			return nil
		},
		Off: func(f *features) error { f.cleartext = cleartextNone; return nil },
	},
	mockservers.Flag("ONE-METHOD", "off", "a mailbox that was logged into by APOP is closed to USER and PASS, and the other way round (RFC 1939 section 13)", func(f *features) *bool { return &f.oneMethod }),
	mockservers.Flag("BARE-LF", "off", "commands may end in a bare LF", func(f *features) *bool { return &f.bareLF }),
	mockservers.Flag("UPDATE-FAILS", "off", "QUIT cannot remove the messages (RFC 1939 section 6)", func(f *features) *bool { return &f.updateFails }),
	mockservers.Duration("AUTOLOGOUT", "10m", "how long a session may be silent (RFC 1939 section 3 wants at least 10 minutes)", func(f *features) *time.Duration { return &f.autologout }),
}

// days is the retention as a number; NEVER is greater than any.
func days(s string) (int, error) {
	if s == "NEVER" {
		return 1<<31 - 1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("expected a number of days or NEVER, got %q", s)
	}
	return n, nil
}

// Features lists the switches.
func Features() []Feature { return featureTable.List() }

func parseFeatures(list []string) (features, error) {
	f := defaultFeatures()
	return f, featureTable.Apply(&f, list)
}
