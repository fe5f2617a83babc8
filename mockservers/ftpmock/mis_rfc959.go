package ftpmock

import (
	"bytes"
	"io"
	"io/fs"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/mockservers/filestore"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// breaker is what a deviation of deviations959 does to commands. The others ask for themselves by name where they act; those of replies and of
// data are at the end of this file.
type breaker struct {
	// verbs are those of the commands that it is about, with spaces between; "" for all.
	verbs string
	// do sees a command before anything is done about it, and may change it. Done says that it is dealt with.
	do func(p *session, cmd *ftp.Command) (done bool, err error)
}

// answer deals with a command by a reply alone.
func answer(verbs string, code int, text string) breaker {
	return breaker{verbs, func(p *session, _ *ftp.Command) (bool, error) { return true, p.send(code, []string{text}) }}
}

// answerTo is answer for one argument, in upper case.
func answerTo(verbs, arg string, code int, text string) breaker {
	return breaker{verbs, func(p *session, cmd *ftp.Command) (bool, error) {
		if strings.ToUpper(cmd.Arg) != arg {
			return false, nil
		}
		return true, p.send(code, []string{text})
	}}
}

// within is a breaker for commands that are not given in the root: cases make a directory of their own there, and work in it.
func within(b breaker) breaker {
	return breaker{b.verbs, func(p *session, cmd *ftp.Command) (bool, error) {
		if p.cwd == "/" {
			return false, nil
		}
		return b.do(p, cmd)
	}}
}

// aside has something done, and goes on with the command.
func aside(verbs string, f func(p *session, cmd *ftp.Command)) breaker {
	return breaker{verbs, func(p *session, cmd *ftp.Command) (bool, error) {
		f(p, cmd)
		return false, nil
	}}
}

// ownHandler carries a command out, and something around it.
func ownHandler(verbs string, f func(p *session, run func() error) error) breaker {
	return breaker{verbs, func(p *session, cmd *ftp.Command) (bool, error) {
		return true, f(p, func() error { return handlers[cmd.Verb].run(p, *cmd) })
	}}
}

var breakers map[string]breaker

func init() {
	const transfers, paths = "RETR STOR APPE STOU", "CWD MKD RMD DELE RNFR RNTO RETR STOR APPE"
	breakers = map[string]breaker{
		// Parameters.
		"type-a-bare-refused":  answerTo("TYPE", "A", 504, "Type A without a format is not implemented"),
		"type-a-n-refused":     answerTo("TYPE", "A N", 504, "Type A N is not implemented"),
		"type-t-refused":       answerTo("TYPE", "A T", 504, "Type A T is not implemented"),
		"type-i-refused":       answerTo("TYPE", "I", 504, "Type I is not implemented"),
		"type-l8-refused":      answerTo("TYPE", "L 8", 504, "Type L is not implemented"),
		"stru-p-accepted":      answerTo("STRU", "P", 200, "Structure P"),
		"stru-r-ignored":       answerTo("STRU", "R", 200, "Structure R"),
		"type-l-size-optional": {"TYPE", func(p *session, cmd *ftp.Command) (bool, error) { return p.anySize(cmd) }},
		"stru-r-transfer-refused": {transfers, func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(p.rep.Structure == ftp.RecordStructure, 504, "Not with records")
		}},
		"stream-image-only": {transfers, func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(p.rep.Mode == ftp.StreamMode && p.rep.Type.Code != 'I', 504, "Only with type I")
		}},
		"block-image-only": {transfers, func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(p.rep.Mode == ftp.BlockMode && p.rep.Type.Code != 'I', 504, "Only with type I")
		}},
		"type-after-port-refused": {"TYPE STRU MODE", func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(p.listener != nil || p.active.IsValid(), 503, "Parameters come before PORT and PASV")
		}},
		"parameter-case-sensitive": {"TYPE STRU MODE", func(p *session, cmd *ftp.Command) (bool, error) {
			return p.refuseIf(cmd.Arg != strings.ToUpper(cmd.Arg), 504, "No such parameter")
		}},
		"command-one-space": {"TYPE STRU MODE", func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(strings.Contains(p.memory["line"], "  "), 501, "One space, please")
		}},
		"noop-resets-type": aside("NOOP", func(p *session, _ *ftp.Command) { p.rep.Type = ftp.ASCII }),
		"cwd-resets-type":  aside("CWD", func(p *session, _ *ftp.Command) { p.rep.Type = ftp.ASCII }),
		"type-forgotten": aside("", func(p *session, _ *ftp.Command) {
			if strings.Contains(transfers, p.memory["verb"]) && p.memory["verb"] != "" {
				p.rep.Type = ftp.ASCII
			}
		}),

		// Data connections.
		"port-swapped": aside("PORT", func(p *session, cmd *ftp.Command) {
			if f := strings.Split(cmd.Arg, ","); len(f) == 6 {
				f[4], f[5] = f[5], f[4]
				cmd.Arg = strings.Join(f, ",")
			}
		}),
		"port-connects-early": aside("PORT", func(p *session, cmd *ftp.Command) {
			if a, err := p.rules().ParsePORT(cmd.Arg); err == nil && a.Addr().IsLoopback() {
				if nc, err := net.DialTimeout("tcp", a.String(), time.Second); err == nil {
					nc.Close()
				}
			}
		}),
		"pasv-then-connects": aside("PASV PORT "+transfers, func(p *session, cmd *ftp.Command) {
			switch {
			case cmd.Verb == "PORT":
				p.memory["port"] = cmd.Arg
			case cmd.Verb != "PASV" && p.memory["port"] != "":
				if a, err := p.rules().ParsePORT(p.memory["port"]); err == nil {
					p.unlisten()
					p.active = a
				}
			}
		}),
		"data-kept-on-port": aside("PORT", func(p *session, _ *ftp.Command) { p.hoard() }),
		"data-kept-on-pasv": aside("PASV", func(p *session, _ *ftp.Command) { p.hoard() }),

		// Access control.
		"user-again-keeps-login": {"USER", func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(p.state == loggedIn, 331, "Once more")
		}},
		"user-again-resets": aside("USER", func(p *session, _ *ftp.Command) {
			if p.state == loggedIn {
				p.rep.Type = ftp.ASCII
			}
		}),
		"user-survives-wrong-pass": aside("USER PASS", func(p *session, cmd *ftp.Command) {
			if cmd.Verb == "USER" {
				p.memory["user"] = cmd.Arg
			} else if p.state == needUser && p.memory["user"] != "" {
				p.state, p.name = needPass, p.memory["user"]
			}
		}),
		"rein-keeps-login": answer("REIN", 220, "Ready for a new user"),
		"rein-keeps-parameters": ownHandler("REIN", func(p *session, run func() error) error {
			rep := p.rep
			err := run()
			p.rep = rep
			return err
		}),
		"rein-closes":     aside("REIN", func(p *session, _ *ftp.Command) { p.over = true }),
		"quit-stays-open": answer("QUIT", 221, "Goodbye"),
		"quit-at-once": {"", func(p *session, _ *ftp.Command) (bool, error) {
			p.over = p.over || bytes.Contains(bytes.ToUpper(p.c.R.Peek()), []byte("QUIT\r\n"))
			return p.over, nil
		}},
		"help-needs-login": {"HELP", func(p *session, _ *ftp.Command) (bool, error) {
			return p.refuseIf(p.state != loggedIn, 530, "Please log in first")
		}},

		// Transfers.
		"retr-before-list-refused": {"RETR LIST NLST", func(p *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb != "RETR" {
				p.memory["listed"] = "yes"
			}
			return p.refuseIf(p.memory["listed"] == "", 503, "List first")
		}},
		"list-on-control":       {"LIST", func(p *session, cmd *ftp.Command) (bool, error) { cmd.Verb, cmd.Arg = "STAT", "."; return false, nil }},
		"nlst-long":             aside("NLST", func(_ *session, cmd *ftp.Command) { cmd.Verb = "LIST" }),
		"appe-replaces":         aside("APPE", func(_ *session, cmd *ftp.Command) { cmd.Verb = "STOR" }),
		"stou-same-name":        aside("STOU", func(_ *session, cmd *ftp.Command) { cmd.Verb, cmd.Arg = "STOR", "unique" }),
		"list-null-root":        aside("LIST", func(_ *session, cmd *ftp.Command) { cmd.Arg = path.Join("/", cmd.Arg) }),
		"nlst-argument-ignored": aside("NLST", func(_ *session, cmd *ftp.Command) { cmd.Arg = "" }),
		"stat-ignores-argument": aside("STAT", func(_ *session, cmd *ftp.Command) { cmd.Arg = "" }),
		"retr-relative-to-root": aside("RETR", func(_ *session, cmd *ftp.Command) { cmd.Arg = path.Join("/", cmd.Arg) }),
		"pathname-cut-at-space": aside(paths, func(_ *session, cmd *ftp.Command) { cmd.Arg, _, _ = strings.Cut(cmd.Arg, " ") }),
		"list-needs-argument":   {"LIST NLST", needsArgument},
		"stat-needs-argument":   {"STAT", needsArgument},
		"help-needs-argument":   {"HELP", needsArgument},
		"stou-elsewhere": ownHandler("STOU", func(p *session, run func() error) error {
			cwd := p.cwd
			p.cwd = "/"
			err := run()
			p.cwd = cwd
			return err
		}),
		"retr-empties": aside("RETR", func(p *session, cmd *ftp.Command) { p.later(func() { p.rewrite(p.path(cmd.Arg), nil) }) }),
		"stor-overwrites-in-place": aside("STOR", func(p *session, cmd *ftp.Command) {
			name := p.path(cmd.Arg)
			old := p.content(name)
			p.later(func() {
				if now := p.content(name); len(now) < len(old) {
					p.rewrite(name, slices.Concat(now, old[len(now):]))
				}
			})
		}),
		"stor-keeps-existing": aside("STOR", func(p *session, cmd *ftp.Command) {
			name := p.path(cmd.Arg)
			if old := p.content(name); old != nil {
				p.later(func() { p.rewrite(name, old) })
			}
		}),
		"appe-needs-file": {"APPE", func(p *session, cmd *ftp.Command) (bool, error) {
			return p.refuseIf(p.content(p.path(cmd.Arg)) == nil, 550, "No such file")
		}},
		"allo-refused":   answer("ALLO", 501, "Nothing is allocated"),
		"rest-no-effect": answer("REST", 350, "Restarting"),
		"rest-transfers": {"REST", func(p *session, _ *ftp.Command) (bool, error) {
			return false, p.send(150, []string{"Opening a data connection"})
		}},
		"rest-beyond-ok": aside("RETR", func(p *session, cmd *ftp.Command) {
			if size := int64(len(p.content(p.path(cmd.Arg)))); p.offset() > size {
				p.restart = strconv.FormatInt(size, 10)
			}
		}),
		"abor-closes-control":   aside("ABOR", func(p *session, _ *ftp.Command) { p.over = true }),
		"abor-leaves-data-open": answer("ABOR", 226, "Nothing to abort"),
		"abor-undoes": aside("ABOR STOR", func(p *session, cmd *ftp.Command) {
			if cmd.Verb == "STOR" {
				p.memory["stored"] = p.path(cmd.Arg)
			} else if p.memory["stored"] != "" {
				_ = p.view.Remove(p.memory["stored"])
			}
		}),

		// Files and directories.
		"rename-copies": aside("RNTO", func(p *session, _ *ftp.Command) {
			from := p.rename
			old := p.content(from)
			p.later(func() { p.rewrite(from, old) })
		}),
		"rename-loses": aside("RNTO", func(p *session, cmd *ftp.Command) {
			to := p.path(cmd.Arg)
			p.later(func() { _ = p.view.Remove(to) })
		}),
		"rnto-fails-loses": aside("RNTO", func(p *session, _ *ftp.Command) {
			from := p.rename
			p.later(func() { _ = p.view.Remove(from) })
		}),
		"rnfr-hides": aside("RNFR RNTO", func(p *session, cmd *ftp.Command) {
			if cmd.Verb == "RNFR" {
				name := p.path(cmd.Arg)
				p.memory["hidden"] = string(p.content(name))
				p.later(func() { _ = p.view.Remove(name) })
			} else if p.rename != "" {
				p.rewrite(p.rename, []byte(p.memory["hidden"]))
			}
		}),
		"rnfr-survives-failure": aside("RNFR RNTO", func(p *session, cmd *ftp.Command) {
			if cmd.Verb == "RNFR" {
				p.memory["rename"] = p.path(cmd.Arg)
			} else if p.rename == "" {
				p.rename = p.memory["rename"]
			}
		}),
		"dele-ineffective": answer("DELE", 250, "Deleted"),
		"rmd-ineffective":  answer("RMD", 250, "Removed"),
		"rmd-nonempty-550-removes": {"RMD", func(p *session, cmd *ftp.Command) (bool, error) {
			name := p.path(cmd.Arg)
			infos, err := p.view.ReadDir(name)
			if err != nil || len(infos) == 0 {
				return false, nil
			}
			for _, i := range infos {
				_ = p.view.Remove(path.Join(name, i.Name))
			}
			return true, p.send(550, []string{"The directory is not empty"})
		}},
		"cwd-ineffective":  within(answer("CWD", 250, "Changed")),
		"cdup-ineffective": answer("CDUP", 250, "Changed"),
		"cdup-to-root":     aside("CDUP", func(p *session, _ *ftp.Command) { p.cwd = "/" }),
		"pwd-root":         answer("PWD", 257, `"/" is the working directory`),
		"mkd-ineffective": within(breaker{"MKD", func(p *session, cmd *ftp.Command) (bool, error) {
			return true, p.send(257, []string{ftp.QuotePath(p.path(cmd.Arg)) + " made"})
		}}),
		"mkd-relative-to-root": within(aside("MKD", func(p *session, cmd *ftp.Command) { cmd.Arg = path.Join("/", cmd.Arg) })),

		// Information.
		"syst-unknown-name": answer("SYST", 215, "WONDERLAND Type: L8"),

		// Commands as lines.
		"command-case-sensitive": {"", func(p *session, cmd *ftp.Command) (bool, error) {
			return p.refuseIf(!strings.HasPrefix(p.memory["line"], cmd.Verb), 500, "What?")
		}},
		"unknown-ok": {"", func(p *session, cmd *ftp.Command) (bool, error) { return p.refuseIf(cmd.Spec() == nil, 200, "Fine") }},
		"unknown-closes": {"", func(p *session, cmd *ftp.Command) (bool, error) {
			p.over = p.over || cmd.Spec() == nil
			return false, nil
		}},
		"unknown-ignored": {"", func(_ *session, cmd *ftp.Command) (bool, error) { return cmd.Spec() == nil, nil }},
		"reply-double":    aside("NOOP", func(p *session, _ *ftp.Command) { _ = p.reply(ftp.CodeOK, textNoop) }),
		"reply-spontaneous": aside("NOOP", func(p *session, _ *ftp.Command) {
			p.later(func() {
				if p.c.BeginReply("spontaneous") == nil && p.send(220, []string{"The system goes down in 15 minutes"}) == nil {
					_ = p.c.EndReply(p.first)
				}
			})
		}),
	}
}

func needsArgument(p *session, cmd *ftp.Command) (bool, error) {
	return p.refuseIf(cmd.Arg == "", 501, "An argument is needed")
}

// misbreak has the breakers that were asked for see a command.
func (p *session) misbreak(cmd *ftp.Command) (done bool, err error) {
	p.memory["cwd"] = p.cwd
	verb := cmd.Verb
	for _, name := range p.srv.devs.Names() {
		b, ok := breakers[name]
		if !ok || b.verbs != "" && !slices.Contains(strings.Fields(b.verbs), cmd.Verb) {
			continue
		}
		if done, err := b.do(p, cmd); done || err != nil {
			p.memory["verb"] = verb
			return true, err
		}
	}
	p.memory["verb"] = verb
	return false, nil
}

// refuseIf deals with a command by a reply if the condition holds.
func (p *session) refuseIf(condition bool, code int, text string) (done bool, err error) {
	if !condition {
		return false, nil
	}
	return true, p.send(code, []string{text})
}

// anySize accepts TYPE L with any size.
func (p *session) anySize(cmd *ftp.Command) (done bool, err error) {
	if !strings.HasPrefix(strings.ToUpper(cmd.Arg), "L") {
		return false, nil
	}
	p.rep.Type = ftp.Local8
	return true, p.send(200, []string{"Type L 8"})
}

// later has f done behind the reply to the command in hand.
func (p *session) later(f func()) {
	p.after = func() error {
		f()
		return p.c.Flush()
	}
}

// content is that of a file; nil if there is none.
func (p *session) content(name string) []byte {
	f, err := p.view.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	return append([]byte{}, b...)
}

// rewrite gives a file another content.
func (p *session) rewrite(name string, content []byte) {
	w, err := p.view.Create(name, filestore.CreateOptions{How: filestore.Replace, Perm: fs.FileMode(0o644)})
	if err != nil {
		return
	}
	_, _ = w.Write(content)
	_ = w.Close()
}

// hoard keeps the listener that is to be closed. It is closed with the session.
func (p *session) hoard() { p.listener = nil }

// --- sessions

// misreset is called when the parameters were set to their defaults.
func (p *session) misreset() {
	switch {
	case p.dev("type-default-image"):
		p.rep.Type = ftp.Image
	case p.dev("stru-default-record"):
		p.rep.Structure = ftp.RecordStructure
	case p.dev("mode-default-block"):
		p.rep.Mode = ftp.BlockMode
	}
}

// misclose is called when the session ends, before its data connections are closed.
func (p *session) misclose() {
	if p.dev("data-survives-control") && p.listener != nil {
		_ = p.c.Release()
		select {
		case <-p.c.Context().Done():
		case <-time.After(10 * time.Second):
		}
	}
}

// misread reads what comes as a command, also without its end; ok says that it did so.
func (p *session) misread(read func(func() error) error) (text []byte, ok bool, err error) {
	if !p.dev("acts-before-eol") {
		return nil, false, nil
	}
	if p.c.R.Buffered() == 0 {
		if err := read(p.c.R.Wait); err != nil {
			return nil, true, err
		}
	}
	if bytes.IndexByte(p.c.R.Peek(), '\n') >= 0 {
		return nil, false, nil
	}
	text = bytes.TrimRight(bytes.Clone(p.c.R.Peek()), "\r")
	p.c.R.Discard(p.c.R.Buffered())
	return text, true, nil
}

// mistelnet spoils what Telnet commands are answered with.
func (p *session) mistelnet(out []byte) []byte {
	switch {
	case p.dev("telnet-negotiation-ignored"):
		return nil
	case p.dev("telnet-negotiation-accepted"):
		out = bytes.ReplaceAll(out, []byte{0xff, 0xfc}, []byte{0xff, 0xfb})
		return bytes.ReplaceAll(out, []byte{0xff, 0xfe}, []byte{0xff, 0xfd})
	}
	return out
}

// --- replies

// mistext spoils the code and the lines of a reply to the command p.last.
func (p *session) mistext(code *int, lines *[]string) {
	if *code/100 == 2 && p.memory["cwd"] != "/" && p.dev(strings.ToLower(p.last)+"-below-201") {
		*code = 201
	}
	switch {
	case p.last == "MKD" && *code == ftp.CodePathname && p.dev("mkd-comment-only"):
		*lines = []string{"Directory made"}
	case p.last == "MKD" && *code == ftp.CodePathname && p.memory["cwd"] != "/" && p.dev("mkd-reply-relative"):
		_, name, _ := strings.Cut(p.memory["line"], " ")
		*lines = []string{ftp.QuotePath(name) + " made"}
	case *code == ftp.CodePathname && p.memory["cwd"] != "/" && p.dev("path-unquoted"):
		(*lines)[0] = strings.ReplaceAll((*lines)[0], `"`, "")
	case p.last == "STAT" && *code == ftp.CodeSystemStatus && p.dev("stat-empty"):
		*lines = []string{""}
	case p.dev("reply-non-ascii"):
		(*lines)[0] += " \u00a7"
	}
}

// misoctets spoils the octets of a reply.
func (p *session) misoctets(b []byte) []byte {
	if len(b) < 4 {
		return b
	}
	switch {
	case p.dev("reply-two-digits"):
		return slices.Insert(bytes.Clone(b), 3, '0')
	case p.dev("reply-tab"):
		b = bytes.Clone(b)
		b[3] = '\t'
	case p.dev("multiline-no-last-line"):
		if i := bytes.LastIndex(b[:len(b)-2], []byte("\r\n")); i >= 0 {
			return b[:i+2]
		}
	case p.dev("multiline-digits-unpadded"):
		out := bytes.ReplaceAll(bytes.TrimSuffix(b, []byte("\r\n")), []byte("\r\n"), []byte("\r\n"+string(b[:3])+"-"))
		if i := bytes.LastIndexByte(out, '\n'); i >= 0 { // the last line has its code already
			out = append(out[:i+1:i+1], out[i+1+4:]...)
		}
		return append(out, "\r\n"...)
	case p.dev("preliminary-twice") && bytes.HasPrefix(b, []byte("150 ")) && slices.Contains([]string{"RETR", "LIST", "NLST"}, p.last):
		return slices.Concat(b, b)
	}
	return b
}

// misaddress spoils the six numbers of PASV's reply.
func (p *session) misaddress(six string) string {
	f := strings.Split(six, ",")
	host := strings.Join(f[:4], ",")
	switch {
	case p.dev("pasv-reply-no-address"):
		return ""
	case p.dev("pasv-reply-port-number"):
		return host + "," + strconv.Itoa(int(p.listener.Addr().Port()))
	case p.dev("pasv-other-address"):
		return "192,0,2,1," + f[4] + "," + f[5]
	case p.dev("pasv-wrong-port"):
		return host + ",0,1"
	case p.dev("pasv-default-port"):
		port := addrOf(p.c.LocalAddr().String()).Port() - 1
		return host + "," + strconv.Itoa(int(port>>8)) + "," + strconv.Itoa(int(port&0xff))
	}
	return six
}

// misstou is the text that announces STOU's name.
func (p *session) misstou(name, text string) string {
	switch {
	case p.dev("stou-no-name"):
		return "Opening the data connection"
	case p.dev("stou-other-form"):
		return "Storing as " + name
	}
	return text
}

// --- listings

// mislisting spoils what LIST and NLST list.
func (p *session) mislisting(verb string, l listed, rep *ftp.Representation) listed {
	n := len(l.entries)
	switch {
	case verb == "LIST" && n > 0 && p.dev("list-misses-last"), verb == "NLST" && n > 0 && p.dev("nlst-misses-last"):
		l.entries = l.entries[:n-1]
	case verb == "LIST" && !l.dir && p.dev("list-file-empty"):
		l.entries = nil
	case verb == "NLST" && p.dev("nlst-argument-basenames"):
		l.prefix = ""
	case verb == "NLST" && p.dev("nlst-total"):
		l.entries = slices.Insert(slices.Clone(l.entries), 0, ftp.Entry{Name: "total " + strconv.Itoa(n)})
	case verb == "LIST" && p.dev("list-bare-lf"), verb == "NLST" && p.dev("nlst-bare-lf"), p.rep.Type.Code == 'I' && p.dev("listing-follows-type"):
		rep.Type = ftp.Image
	}
	return l
}

// --- data. What is here runs in the goroutine of a transfer, but for misrep.

// misrep is the representation in which a file is sent or received.
func (p *session) misrep(verb string, rep ftp.Representation) ftp.Representation {
	code := rep.Type.Code
	switch {
	case code == 'A' && verb == "RETR" && p.dev("type-a-as-stored"), code == 'A' && rep.Type.Format == 'T' && verb == "RETR" && p.dev("type-t-bare-lf"):
		rep.Type = ftp.Image
	case code == 'I' && p.dev("type-i-text"), code == 'L' && p.dev("type-l-text"), code == 'E' && p.dev("type-e-as-ascii"):
		rep.Type = ftp.ASCII
	}
	return rep
}

// rewriter is a writer that spoils all that is written to it, when it is finished.
type rewriter struct {
	w     io.Writer
	spoil func([]byte) []byte
	held  []byte
}

func (r *rewriter) Write(p []byte) (int, error) {
	r.held = append(r.held, p...)
	return len(p), nil
}

func finish(w io.Writer) error {
	r, ok := w.(*rewriter)
	if !ok {
		return nil
	}
	_, err := r.w.Write(r.spoil(r.held))
	return err
}

// rereader spoils all that is read from r.
type rereader struct {
	r     io.Reader
	spoil func([]byte) []byte
	left  *bytes.Reader
}

func (r *rereader) Read(p []byte) (int, error) {
	if r.left == nil {
		b, err := io.ReadAll(r.r)
		if err != nil {
			return 0, err
		}
		r.left = bytes.NewReader(r.spoil(b))
	}
	return r.left.Read(p)
}

// misdata returns how the data of a transfer is spoiled on its way to the client or from it; nil for not at all.
func (p *session) misdata(t *transfer, out bool) func([]byte) []byte {
	replace := func(from, to string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(from), []byte(to)) }
	}
	code, records := t.rep.Type.Code, t.rep.Structure == ftp.RecordStructure && t.rep.Mode == ftp.StreamMode
	block, compressed := t.rep.Mode == ftp.BlockMode, t.rep.Mode == ftp.CompressedMode
	stored := !out && (t.verb == "STOR" || t.verb == "APPE" || t.verb == "STOU")
	switch {
	case stored && code == 'A' && p.dev("type-a-doubles-cr"):
		return replace("\r\n", "\r\r\n")
	case stored && code == 'A' && p.dev("type-a-stor-strips-lf"):
		return replace("\r\n", "")
	case stored && code == 'I' && p.dev("type-i-seven-bit"):
		return func(b []byte) []byte {
			for i := range b {
				b[i] &= 0x7f
			}
			return b
		}
	case out && code == 'E' && p.dev("type-e-crlf"):
		return replace("\x15", "\x0d\x25")
	case stored && p.dev("stor-takes-nothing"):
		return func([]byte) []byte { return nil }
	case stored && p.dev("stor-drops-rest"):
		return func(b []byte) []byte { return b[:min(len(b), 32<<10)] }
	case stored && p.dev("stream-eof-octet"):
		return func(b []byte) []byte { head, _, _ := bytes.Cut(b, []byte{4}); return head }
	case out && records && p.dev("stru-r-last-eor-missing"):
		return replace("\xff\x01\xff\x02", "\xff\x02")
	case out && records && p.dev("stru-r-other-codes"):
		return replace("\xff\x01", "\xff\x10")
	case out && records && p.dev("stru-r-joins"):
		return func(b []byte) []byte {
			n := bytes.Count(b, []byte("\xff\x01"))
			return bytes.Replace(b, []byte("\xff\x01"), []byte(" "), max(n-1, 0))
		}
	case !out && records && p.dev("stru-r-combined-unknown"):
		return replace("\xff\x03", "")
	case out && records && p.dev("stru-r-no-escape"):
		return replace("\xff\xff", "\xff")
	case out && block && p.dev("block-count-little-endian"):
		return eachBlock(func(b []byte) []byte { b[1], b[2] = b[2], b[1]; return b })
	case out && block && p.dev("block-eof-missing"):
		return eachBlock(func(b []byte) []byte { b[0] &^= 64; return b })
	case out && block && p.dev("block-descriptor-unknown"):
		return eachBlock(func(b []byte) []byte { b[0] |= 1; return b })
	case !out && block && p.dev("block-combined-unknown"):
		return eachBlock(func(b []byte) []byte {
			if b[0] == 128|64 {
				return nil
			}
			return b
		})
	case out && compressed && p.dev("compressed-count-off"):
		return eachString(func(b []byte) []byte {
			if b[0] > 0 && b[0] < 0x7f {
				b[0]++
			}
			return b
		})
	case !out && compressed && p.dev("compressed-replication-off"):
		return eachString(func(b []byte) []byte {
			if b[0]&0xc0 == 0x80 {
				b[0]--
			}
			return b
		})
	case !out && compressed && p.dev("compressed-filler-other"):
		return eachString(func(b []byte) []byte {
			if b[0]&0xc0 == 0xc0 && b[0] != 0xc0 {
				return []byte{b[0]&0x3f | 0x80, 0xff}
			}
			return b
		})
	case out && compressed && p.dev("compressed-eof-missing"):
		return eachString(func(b []byte) []byte {
			if b[0] == 0 {
				return nil
			}
			return b
		})
	}
	return nil
}

// eachBlock has f see each block of Block mode with its header.
func eachBlock(f func(block []byte) []byte) func([]byte) []byte {
	return each(f, func(b []byte) int {
		if len(b) < 3 {
			return len(b)
		}
		return 3 + (int(b[1])<<8 | int(b[2]))
	})
}

// eachString has f see each string, replication, filler and escape of Compressed mode.
func eachString(f func(token []byte) []byte) func([]byte) []byte {
	return each(f, func(b []byte) int {
		switch c := b[0]; {
		case c == 0:
			return 2
		case c < 0x80:
			return 1 + int(c)
		case c < 0xc0:
			return 2
		}
		return 1
	})
}

func each(f func([]byte) []byte, size func([]byte) int) func([]byte) []byte {
	return func(b []byte) []byte {
		var out []byte
		for len(b) > 0 {
			n := min(size(b), len(b))
			out = append(out, f(bytes.Clone(b[:n]))...)
			b = b[n:]
		}
		return out
	}
}

// misleft says whether a data connection is left open behind a transfer, and misend gives the code of the reply at its end.
func (p *session) misleft(t *transfer) bool {
	return t.rep.EndsWithConnection() && p.dev("data-left-open")
}

func (p *session) misend(t *transfer, code int) int {
	switch {
	case t.kept != nil && p.dev("block-226-left-open"):
		return ftp.CodeClosingDataConnection
	case code == ftp.CodeClosingDataConnection && !t.rep.EndsWithConnection() && p.dev("block-250-closed"):
		return ftp.CodeFileActionOK
	}
	return code
}

// misurgent deals with a command that comes during a transfer; done says that nothing more is done about it.
func (p *session) misurgent(t *transfer, line wire.Line) (done bool) {
	cmd, _ := p.rules().ParseCommand(line)
	verb := cmd.Verb
	switch {
	case verb == "STAT" && p.dev("stat-lost-in-transfer"):
		return true
	case verb == "STAT" && p.dev("stat-cuts-transfer"), verb == "QUIT" && p.dev("quit-cuts-transfer"), verb == "REIN" && p.dev("rein-cuts-transfer"):
		t.abort()
	case verb != "ABOR" && verb != "STAT" && verb != "QUIT" && p.dev("commands-dropped-in-transfer"):
		return true
	}
	return false
}
