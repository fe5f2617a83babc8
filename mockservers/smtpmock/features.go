package smtpmock

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/protocols/smtp"
)

// Feature is a switch of the server; see [mockservers.Feature] for how it is written.
type Feature = mockservers.Feature

// What kind of server it is.
const (
	modeSMTP       = "smtp"
	modeSubmission = "submission"
	modeLMTP       = "lmtp"
)

// What is made of line ends that are not CRLF.
const (
	bareKeep    = "keep"
	bareReject  = "reject"
	bareLenient = "lenient"
)

// For whom mail to domains that are not the server's own is taken.
const (
	relayAll           = "all"
	relayAuthenticated = "authenticated"
	relayNone          = "none"
)

const (
	offered  = "offered"
	required = "required"

	clearAll  = "all"
	clearNone = "none"

	vrfyCheck = "check"
	vrfy252   = "252"
	vrfyOff   = "off"
)

// features are how a server's switches stand.
type features struct {
	mode                                               string
	ehlo, size, eightBit, pipelining, chunking, binary bool
	enhanced, starttls, dsn, utf8, requireTLS, limits  bool
	expn, help, trace                                  bool
	deliverBy, futureRelease, priority                 bool
	vrfy, auth, tls, cleartext, bareLF, relay          string
	mechanisms                                         []string
	maxSize                                            int64 // 0 for none
	mailMax, rcptMax, domainMax                        int   // 0 for none
	hops, leaves, greeting                             int
	deliverByLeast, futureReleaseLongest               time.Duration
	priorityPolicy                                     string
	idle                                               time.Duration
	rules                                              []Rule
	domains                                            []string
}

func defaultFeatures() features {
	return features{
		mode: modeSMTP, ehlo: true, size: true, eightBit: true, pipelining: true, chunking: true, binary: true, enhanced: true, starttls: true, dsn: true,
		utf8: true, requireTLS: true, limits: true, expn: true, help: true, trace: true, deliverBy: true, futureRelease: true, priority: true,
		vrfy: vrfyCheck, auth: offered, tls: offered, cleartext: clearNone, bareLF: bareKeep, relay: relayAll, mechanisms: mechanisms,
		maxSize: 64 << 20, rcptMax: 1000, hops: 100, futureReleaseLongest: 30 * 24 * time.Hour, priorityPolicy: "MIXER", idle: 10 * time.Minute,
	}
}

// mechanisms are those that a server has unless it is told otherwise.
var mechanisms = mockservers.MechanismsBut(auth.Anonymous)

var featureTable = mockservers.Switches[features]{
	mockservers.Choice("MODE", modeSMTP, "", "a server for relays, one for submission (RFC 6409), or one of LMTP (RFC 2033)", func(f *features) *string { return &f.mode }, modeSMTP, modeSubmission, modeLMTP),
	mockservers.Flag("EHLO", "on", "the EHLO command; without it the server is one of before ESMTP: 500, and HELO works", func(f *features) *bool { return &f.ehlo }),
	mockservers.Flag(smtp.ExtSize, "on", "SIZE in the reply to EHLO, with MAX-SIZE, and the parameter of MAIL (RFC 1870)", func(f *features) *bool { return &f.size }),
	mockservers.Flag(smtp.Ext8BitMIME, "on", "BODY=8BITMIME (RFC 6152)", func(f *features) *bool { return &f.eightBit }),
	mockservers.Flag(smtp.ExtPipelining, "on", "PIPELINING in the reply to EHLO (RFC 2920); commands that are sent ahead are served in any case", func(f *features) *bool { return &f.pipelining }),
	mockservers.Flag(smtp.ExtChunking, "on", "the BDAT command (RFC 3030 section 2)", func(f *features) *bool { return &f.chunking }),
	mockservers.Flag(smtp.ExtBinaryMIME, "on", "BODY=BINARYMIME, where there is CHUNKING (RFC 3030 section 3)", func(f *features) *bool { return &f.binary }),
	mockservers.Flag(smtp.ExtEnhancedStatusCodes, "on", "enhanced status codes (RFC 2034)", func(f *features) *bool { return &f.enhanced }),
	mockservers.Flag(smtp.ExtStartTLS, "on", "the STARTTLS command (RFC 3207)", func(f *features) *bool { return &f.starttls }),
	mockservers.Flag(smtp.ExtDSN, "on", "RET and ENVID of MAIL, NOTIFY and ORCPT of RCPT (RFC 3461)", func(f *features) *bool { return &f.dsn }),
	mockservers.Flag(smtp.ExtSMTPUTF8, "on", "SMTPUTF8, where there is 8BITMIME (RFC 6531)", func(f *features) *bool { return &f.utf8 }),
	mockservers.Flag(smtp.ExtRequireTLS, "on", "REQUIRETLS, within TLS (RFC 8689)", func(f *features) *bool { return &f.requireTLS }),
	{Feature: Feature{Name: smtp.ExtDeliverBy, Value: "SECONDS", Default: "on", Summary: "BY of MAIL (RFC 2852); the value is the least time for the mode R"},
		Set: func(f *features, value string) error {
			f.deliverBy, f.deliverByLeast = true, 0
			return seconds(value, &f.deliverByLeast)
		},
		Off: func(f *features) error { f.deliverBy = false; return nil },
	},
	{Feature: Feature{Name: smtp.ExtFutureRelease, Value: "SECONDS", Default: "2592000", Summary: "HOLDFOR and HOLDUNTIL of MAIL in a server for submission (RFC 4865); the value is the longest time"},
		Set: func(f *features, value string) error {
			f.futureRelease = true
			return seconds(value, &f.futureReleaseLongest)
		},
		Off: func(f *features) error { f.futureRelease = false; return nil },
	},
	{Feature: Feature{Name: smtp.ExtMTPriority, Value: "POLICY", Default: "MIXER", Summary: "MT-PRIORITY of MAIL (RFC 6710); the value is the policy that the reply to EHLO names"},
		Set: func(f *features, value string) error {
			if _, err := (smtp.Rules{}).ParseExtension(smtp.Extension{Keyword: smtp.ExtMTPriority, Params: []string{value}}.String()); err != nil && value != "" {
				return fmt.Errorf("expected a name of at most 20 letters, digits, hyphens, underscores and dots, got %q", value)
			}
			f.priority, f.priorityPolicy = true, value
			return nil
		},
		Off: func(f *features) error { f.priority = false; return nil },
	},
	mockservers.Flag(smtp.ExtLimits, "on", "LIMITS in the reply to EHLO (RFC 9422), if there are any", func(f *features) *bool { return &f.limits }),
	mockservers.Number("MAILMAX", "TRANSACTIONS", "off", "how many transactions a session may have before MAIL gets 452", func(f *features) *int { return &f.mailMax }),
	mockservers.Number("RCPTMAX", "RECIPIENTS", "1000", "how many recipients a transaction may have before RCPT gets 452 (RFC 5321 section 4.5.3.1.8 wants 100 at least)", func(f *features) *int { return &f.rcptMax }),
	mockservers.Number("RCPTDOMAINMAX", "DOMAINS", "off", "how many domains there may be among them before RCPT gets 452", func(f *features) *int { return &f.domainMax }),
	mockservers.Number("MAX-SIZE", "OCTETS", "67108864", "how large a message may be before it gets 552 (RFC 5321 section 4.5.3.1.7 wants 65536 at least)", func(f *features) *int64 { return &f.maxSize }),
	mockservers.Choice("VRFY", vrfyCheck, vrfyOff, "the VRFY command: it tells whether a mailbox is here, or says 252 to everything; so it does when it is switched off, and is not listed then (RFC 5321 sections 3.5.3 and 7.3)", func(f *features) *string { return &f.vrfy }, vrfyCheck, vrfy252),
	mockservers.Flag(smtp.ExtExpn, "on", "the EXPN command; without it it gets 252 and is not listed (RFC 5321 section 7.3)", func(f *features) *bool { return &f.expn }),
	mockservers.Flag(smtp.ExtHelp, "on", "the HELP command", func(f *features) *bool { return &f.help }),
	mockservers.Mechanisms("SASL", "the AUTH command and its mechanisms (RFC 4954)", mechanisms, func(f *features) *[]string { return &f.mechanisms }),
	mockservers.Choice("AUTH", offered, offered, "whether authentication is merely offered, or needed for MAIL and more: 530 without it (RFC 4954 section 6); a server for submission needs it for MAIL in any case", func(f *features) *string { return &f.auth }, offered, required),
	mockservers.Choice("CLEARTEXT", clearNone, clearNone, "mechanisms that show the password: everywhere (all), or over TLS only (RFC 4954 section 4)", func(f *features) *string { return &f.cleartext }, clearAll, clearNone),
	mockservers.Choice("TLS", offered, offered, "whether TLS is merely offered, or needed for everything but NOOP, EHLO, STARTTLS and QUIT: 530 without it (RFC 3207 section 4)", func(f *features) *string { return &f.tls }, offered, required),
	mockservers.Choice("RELAY", relayAll, relayNone, "for whom mail to other domains is taken: for all, for those who are authenticated, or for nobody: 550 (RFC 5321 section 3.6.2)", func(f *features) *string { return &f.relay }, relayAll, relayAuthenticated, relayNone),
	{Feature: Feature{Name: "RULE", Value: "RULE", Default: "off", Summary: "answers by sender and recipient, such as \"reject to bob@example.org 550 5.2.1 Mailbox disabled\", \"defer 2 times from *@example.net\" or \"greylist 5m to *\"; each further one stands behind those before, and the first that fits decides"},
		Set: func(f *features, value string) error {
			r, err := ParseRule(value)
			if err == nil {
				f.rules = append(f.rules, r)
			}
			return err
		},
		Off: func(f *features) error { f.rules = nil; return nil },
	},
	{Feature: Feature{Name: "DOMAINS", Value: "DOMAIN[,DOMAIN...]", Default: "example.org and the server's own name", Summary: "the domains whose mail is delivered to the accounts; switched off, there are none"},
		Set: func(f *features, value string) error { f.domains = strings.Split(value, ","); return nil },
		Off: func(f *features) error { f.domains = []string{}; return nil },
	},
	mockservers.Choice("BARE-LF", bareKeep, bareKeep, "an LF without CR: in a message it is kept as it is, or has the message rejected by 554, and in a command it gets 500 either way; or it ends lines and messages (lenient), against RFC 5321 section 2.3.8", func(f *features) *string { return &f.bareLF }, bareKeep, bareReject, bareLenient),
	mockservers.Flag("TRACE", "on", "trace header fields: Received, and Return-Path at delivery (RFC 5321 section 4.4)", func(f *features) *bool { return &f.trace }),
	mockservers.Number("HOPS", "FIELDS", "100", "how many Received fields a message may have before it is taken for one that loops: 554 (RFC 5321 section 6.3)", func(f *features) *int { return &f.hops }),
	{Feature: Feature{Name: "GREETING", Value: "421|521|554", Default: "off", Summary: "refuses every client with that greeting (RFC 5321 section 3.1, RFC 7504 section 3)"},
		Set: func(f *features, value string) error {
			switch value {
			case "421", "521", "554":
				f.greeting, _ = strconv.Atoi(value)
				return nil
			}
			return fmt.Errorf("expected 421, 521 or 554, got %q", value)
		},
		Off: func(f *features) error { f.greeting = 0; return nil },
	},
	mockservers.Number("LEAVES", "COMMANDS", "off", "has to shut down after that many commands of a session, and answers the next by 421 (RFC 5321 section 3.8)", func(f *features) *int { return &f.leaves }),
	mockservers.Duration("IDLE", "10m", "how long a session may be silent before it gets 421 (RFC 5321 section 4.5.3.2.7 wants 5 minutes at least)", func(f *features) *time.Duration { return &f.idle }),
}

// seconds sets d to a number of seconds, if there is one.
func seconds(value string, d *time.Duration) error {
	if value == "" {
		return nil
	}
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil || n == 0 || n > 999_999_999 {
		return fmt.Errorf("expected a number of seconds from 1 to 999999999, got %q", value)
	}
	*d = time.Duration(n) * time.Second
	return nil
}

// Features lists the switches.
func Features() []Feature { return featureTable.List() }

func parseFeatures(list []string) (features, error) {
	f := defaultFeatures()
	err := featureTable.Apply(&f, list)
	f.utf8 = f.utf8 && f.eightBit     // RFC 6531 section 3.1
	f.binary = f.binary && f.chunking // RFC 3030 section 3
	f.futureRelease = f.futureRelease && f.mode == modeSubmission
	f.limits = f.limits && f.mailMax+f.rcptMax+f.domainMax > 0
	return f, err
}
