package ftpmock

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"harness/mockservers"
)

// Feature is a switch of the server; see [mockservers.Feature] for how it is written.
type Feature = mockservers.Feature

// The forms of listings and of PASV's reply.
const (
	listUnix = "unix"
	listDOS  = "dos"
	listEPLF = "eplf"

	pasvParentheses = "parentheses"
	pasvBare        = "bare"
	pasvEquals      = "equals"

	linksTarget = "target"
	linksOwn    = "slink"
)

// features are how a server's switches stand.
type features struct {
	feat, opts, epsv, eprt, utf8, lang, size, mdtm, mlst, rest, tvfs, mfmt, host, site, xVerbs bool
	auth, prot, ccc                                                                            bool
	pasv, port, block, compressed, deflate, record, ebcdic, append, unique, mount, rein, abort bool
	anonymous, account, readOnly, requireTLS, requireProtP, requireReuse, implicitProtP        bool
	listOptions, glob, defaultPort, foreignPort, lowPort, foreignData, bareLF, keepData        bool
	laxTLS, certLogin                                                                          bool
	quota, maxFile                                                                             int64
	pasvForm, listForm, sizeASCII, mlsxLinks                                                   string
	pasvAddress                                                                                netip.Addr
	pasvPorts                                                                                  [2]uint16
	maxLogins, markers                                                                         int
	idle                                                                                       time.Duration
	language                                                                                   string
}

func defaultFeatures() features {
	return features{
		feat: true, opts: true, epsv: true, eprt: true, utf8: true, lang: true, size: true, mdtm: true, mlst: true, rest: true, tvfs: true, mfmt: true, host: true,
		site: true, xVerbs: true, auth: true, prot: true, ccc: true, pasv: true, port: true, block: true, compressed: true, deflate: true, record: true,
		ebcdic: true, append: true, unique: true, mount: true, rein: true, abort: true, anonymous: true, implicitProtP: true, listOptions: true, glob: true,
		defaultPort: true, pasvForm: pasvParentheses, listForm: listUnix, sizeASCII: "count", mlsxLinks: linksTarget, maxLogins: 5, language: "en",
	}
}

// choice makes the switch of a word, the first of which is in force unless another is chosen.
func choice(name, summary string, field func(*features) *string, words ...string) toggle {
	return mockservers.Choice(name, words[0], words[0], summary, field, words...)
}

type toggle = mockservers.Switch[features]

var featureTable = mockservers.Switches[features]{
	mockservers.Flag("FEAT", "on", "the FEAT command (RFC 2389)", func(f *features) *bool { return &f.feat }),
	mockservers.Flag("OPTS", "on", "the OPTS command (RFC 2389)", func(f *features) *bool { return &f.opts }),
	mockservers.Flag("PASV", "on", "the PASV command", func(f *features) *bool { return &f.pasv }),
	mockservers.Flag("PORT", "on", "the PORT command", func(f *features) *bool { return &f.port }),
	mockservers.Flag("EPSV", "on", "the EPSV command (RFC 2428)", func(f *features) *bool { return &f.epsv }),
	mockservers.Flag("EPRT", "on", "the EPRT command (RFC 2428)", func(f *features) *bool { return &f.eprt }),
	mockservers.Flag("UTF8", "on", "pathnames in UTF-8, and that FEAT says so (RFC 2640); without it, those with other characters than ASCII are refused", func(f *features) *bool { return &f.utf8 }),
	{Feature: Feature{Name: "LANG", Value: "TAG", Default: "en", Summary: "the LANG command (RFC 2640); the value is the server's default language"},
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
	mockservers.Flag("SIZE", "on", "the SIZE command (RFC 3659 section 4)", func(f *features) *bool { return &f.size }),
	choice("SIZE-ASCII", "SIZE in TYPE A: the size as it would be transferred, or a refusal", func(f *features) *string { return &f.sizeASCII }, "count", "refuse"),
	mockservers.Flag("MDTM", "on", "the MDTM command (RFC 3659 section 3)", func(f *features) *bool { return &f.mdtm }),
	mockservers.Flag("MLST", "on", "the MLST and MLSD commands (RFC 3659 section 7)", func(f *features) *bool { return &f.mlst }),
	choice("MLSX-LINKS", "a symbolic link in MLST and MLSD: what it points to (RFC 3659 section 7.5.1.5), or the link, as OS.unix=slink", func(f *features) *string { return &f.mlsxLinks }, linksTarget, linksOwn),
	mockservers.Flag("REST", "on", "the REST command, in stream mode too (RFC 3659 section 5)", func(f *features) *bool { return &f.rest }),
	mockservers.Flag("TVFS", "on", "that FEAT says TVFS (RFC 3659 section 6): pathnames are as in Unix in any case", func(f *features) *bool { return &f.tvfs }),
	mockservers.Flag("MFMT", "on", "the MFMT command (draft-somers-ftp-mfxx)", func(f *features) *bool { return &f.mfmt }),
	mockservers.Flag("HOST", "on", "the HOST command (RFC 7151)", func(f *features) *bool { return &f.host }),
	mockservers.Flag("SITE", "on", "the SITE command: HELP, CHMOD, UTIME, UMASK, SYMLINK and IDLE", func(f *features) *bool { return &f.site }),
	mockservers.Flag("X-VERBS", "on", "XCWD, XCUP, XPWD, XMKD and XRMD (RFC 1123 section 4.1.3.1)", func(f *features) *bool { return &f.xVerbs }),
	mockservers.Flag("AUTH", "on", "the AUTH command with TLS, and PBSZ (RFC 2228, RFC 4217)", func(f *features) *bool { return &f.auth }),
	mockservers.Flag("PROT", "on", "PROT P: protected data connections (RFC 4217 section 9)", func(f *features) *bool { return &f.prot }),
	mockservers.Flag("CCC", "on", "the CCC command: the control connection goes back to the clear (RFC 4217 section 5)", func(f *features) *bool { return &f.ccc }),
	mockservers.Flag("MODE-B", "on", "block mode", func(f *features) *bool { return &f.block }),
	mockservers.Flag("MODE-C", "on", "compressed mode", func(f *features) *bool { return &f.compressed }),
	mockservers.Flag("MODE-Z", "on", "MODE Z: a stream compressed by zlib", func(f *features) *bool { return &f.deflate }),
	mockservers.Flag("STRU-R", "on", "record structure", func(f *features) *bool { return &f.record }),
	mockservers.Flag("TYPE-E", "on", "TYPE E: EBCDIC, as IBM037 has it", func(f *features) *bool { return &f.ebcdic }),
	mockservers.Flag("APPE", "on", "the APPE command", func(f *features) *bool { return &f.append }),
	mockservers.Flag("STOU", "on", "the STOU command", func(f *features) *bool { return &f.unique }),
	mockservers.Flag("SMNT", "on", "the SMNT command, where there are mounts", func(f *features) *bool { return &f.mount }),
	mockservers.Flag("REIN", "on", "the REIN command", func(f *features) *bool { return &f.rein }),
	mockservers.Flag("ABOR", "on", "the ABOR command", func(f *features) *bool { return &f.abort }),

	mockservers.Flag("ANONYMOUS", "on", "anonymous users (anonymous and ftp), who may read what others may", func(f *features) *bool { return &f.anonymous }),
	mockservers.Flag("ACCT", "off", "every user has to give an account by ACCT: that of the user, or any if it has none", func(f *features) *bool { return &f.account }),
	mockservers.Number("MAX-LOGINS", "LOGINS", "5", "how many failed logins end a session with 421 (RFC 2577 section 5)", func(f *features) *int { return &f.maxLogins }),
	mockservers.Flag("CERT-LOGIN", "off", "a client certificate with the user's name stands for the password: USER gets 232 (RFC 4217 section 4.2)", func(f *features) *bool { return &f.certLogin }),
	mockservers.Flag("REQUIRE-TLS", "off", "no login without TLS", func(f *features) *bool { return &f.requireTLS }),
	mockservers.Flag("REQUIRE-PROT-P", "off", "no data connection without PROT P: 521 (RFC 4217 section 10.2)", func(f *features) *bool { return &f.requireProtP }),
	mockservers.Flag("REQUIRE-REUSE", "off", "protected data connections must resume the TLS session of the control connection, or get 522 (RFC 4217 section 10.2)", func(f *features) *bool { return &f.requireReuse }),
	mockservers.Flag("IMPLICIT-PROT-P", "on", "control connections that begin with TLS have PROT P from the start", func(f *features) *bool { return &f.implicitProtP }),
	mockservers.Flag("LAX-TLS", "off", "an upload whose TLS ends without close_notify is taken for whole", func(f *features) *bool { return &f.laxTLS }),

	mockservers.Flag("READ-ONLY", "off", "nothing can be changed", func(f *features) *bool { return &f.readOnly }),
	mockservers.Number("QUOTA", "OCTETS", "off", "how many octets the tree holds in all before a transfer gets 552", func(f *features) *int64 { return &f.quota }),
	mockservers.Number("MAX-FILE", "OCTETS", "off", "how many octets ALLO may ask for, and a file have, before it gets 552", func(f *features) *int64 { return &f.maxFile }),
	choice("LIST-FORM", "the form of LIST: as ls -l, as a DOS directory, or EPLF", func(f *features) *string { return &f.listForm }, listUnix, listDOS, listEPLF),
	mockservers.Flag("LIST-OPTIONS", "on", "options of ls before the pathname of LIST and NLST are skipped, unless a file is called so", func(f *features) *bool { return &f.listOptions }),
	mockservers.Flag("GLOB", "on", "*, ? and [] in the last component of LIST's and NLST's pathname stand for names, unless a file is called so", func(f *features) *bool { return &f.glob }),

	choice("PASV-FORM", "how PASV's reply writes the address: (h,h,h,h,p,p), without the parentheses, or behind an equals sign", func(f *features) *string { return &f.pasvForm }, pasvParentheses, pasvBare, pasvEquals),
	{Feature: Feature{Name: "PASV-ADDRESS", Value: "IPv4", Default: "the control connection's", Summary: "the address that PASV's reply gives, whatever the server listens on"},
		Set: func(f *features, value string) (err error) {
			a, err := netip.ParseAddr(value)
			if err != nil || !a.Is4() {
				return fmt.Errorf("expected an IPv4 address, got %q", value)
			}
			f.pasvAddress = a
			return nil
		},
		Off: func(f *features) error { f.pasvAddress = netip.Addr{}; return nil },
	},
	{Feature: Feature{Name: "PASV-PORTS", Value: "FROM-TO", Default: "any free port", Summary: "the ports where the server listens for data connections"},
		Set: func(f *features, value string) error {
			from, to, _ := strings.Cut(value, "-")
			a, err := strconv.ParseUint(from, 10, 16)
			b, berr := strconv.ParseUint(to, 10, 16)
			if err != nil || berr != nil || a < 1 || b < a {
				return fmt.Errorf("expected two ports such as 40000-40100, got %q", value)
			}
			f.pasvPorts = [2]uint16{uint16(a), uint16(b)}
			return nil
		},
		Off: func(f *features) error { f.pasvPorts = [2]uint16{}; return nil },
	},
	mockservers.Flag("DEFAULT-PORT", "on", "without PORT or PASV the server connects to the default data port, that of the client's control connection (RFC 959 section 3.2)", func(f *features) *bool { return &f.defaultPort }),
	mockservers.Flag("FOREIGN-PORT", "off", "PORT and EPRT may name another address than the client's (RFC 2577 section 3 advises against)", func(f *features) *bool { return &f.foreignPort }),
	mockservers.Flag("LOW-PORT", "off", "PORT and EPRT may name a port below 1024", func(f *features) *bool { return &f.lowPort }),
	mockservers.Flag("FOREIGN-DATA", "off", "a data connection may come from another address than the client's", func(f *features) *bool { return &f.foreignData }),
	mockservers.Flag("KEEP-DATA", "off", "in the modes that mark the end of a file the data connection stays open: 250, and 125 for the next transfer", func(f *features) *bool { return &f.keepData }),
	mockservers.Number("MARKERS", "OCTETS", "off", "in block and compressed mode RETR sends a restart marker every so many octets", func(f *features) *int { return &f.markers }),
	mockservers.Flag("BARE-LF", "off", "commands may end in a bare LF", func(f *features) *bool { return &f.bareLF }),
	mockservers.Duration("IDLE", "10m", "how long a session may be silent before it gets 421 (RFC 1123 section 4.1.3.2 wants at least 5 minutes)", func(f *features) *time.Duration { return &f.idle }),
}

// Features lists the switches.
func Features() []Feature { return featureTable.List() }

func parseFeatures(list []string) (features, error) {
	f := defaultFeatures()
	err := featureTable.Apply(&f, list)
	return f, err
}
