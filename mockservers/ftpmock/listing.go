package ftpmock

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/protocols/ftp"
)

// factNames are the facts that MLST and MLSD can show, in their order.
var factNames = []string{ftp.FactType, ftp.FactSize, ftp.FactModify, ftp.FactCreate, ftp.FactPerm, ftp.FactUnique, ftp.FactUnixMode, ftp.FactUnixOwner, ftp.FactUnixGroup}

// defaultFacts are those that are shown unless OPTS MLST says something else.
func defaultFacts() []string {
	return []string{ftp.FactType, ftp.FactSize, ftp.FactModify, ftp.FactPerm, ftp.FactUnique, ftp.FactUnixMode}
}

func (p *session) shows(fact string) bool { return slices.Contains(p.facts, fact) }

// optsMlst chooses the facts (RFC 3659 section 7.9): those that the server does not know are left out.
func (p *session) optsMlst(options string) error {
	// Whether the last name has a semicolon is no matter.
	if options != "" && !strings.HasSuffix(options, ";") {
		options += ";"
	}
	names, err := p.rules().ParseFactNames(options)
	if err != nil {
		return p.reply(ftp.CodeBadArgument, textBadOptions)
	}
	p.facts = nil
	for _, known := range factNames {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, known) }) {
			p.facts = append(p.facts, known)
		}
	}
	text := "MLST OPTS"
	if list := ftp.FormatFactNames(p.facts); list != "" {
		text += " " + list
	}
	return p.send(ftp.CodeOK, []string{text})
}

// entry makes a listing's entry; writable tells that entries of its directory can be made and removed.
func (p *session) entry(i filestore.Info, writable bool) ftp.Entry {
	e := ftp.Entry{Name: i.Name, Type: ftp.FileEntry, LinkTarget: i.Target, Size: i.Size, Modify: i.ModTime.Truncate(time.Second), Create: i.Created.Truncate(time.Second), Mode: i.Mode.Perm(), HasMode: true,
		Links: i.Links, Owner: i.Owner, Group: "users", Unique: i.Unique}
	if i.Created.IsZero() {
		e.Create = time.Time{}
	}
	if e.Owner == "" {
		if e.Owner = p.view.User; p.anonymous || e.Owner == "" {
			e.Owner = "ftp"
		}
	}
	r, w, x := p.view.May(i)
	var perm []byte
	may := func(ok bool, letters string) {
		if ok {
			perm = append(perm, letters...)
		}
	}
	switch {
	case i.IsDir():
		e.Type, e.Size = ftp.DirEntry, -1
		may(w && x, "cm")
		may(w && x, "p")
		may(x, "e")
		may(r, "l")
	case i.IsLink():
		e.Type, e.Size = ftp.LinkEntry, -1
	case i.Mode.IsRegular():
		may(r, "r")
		may(w, "aw")
	default:
		e.Type, e.OSType, e.Size = ftp.OSEntry, "OS.unix=special", -1
	}
	may(writable, "df")
	slices.Sort(perm)
	e.Perm = string(perm)
	e.Facts = ftp.Facts{{Name: ftp.FactPerm, Value: e.Perm}}
	return e
}

// writableDir reports whether entries of a directory can be made and removed.
func (p *session) writableDir(name string) bool {
	i, err := p.view.Stat(name)
	if err != nil {
		return false
	}
	_, w, x := p.view.May(i)
	return w && x
}

// listed is what LIST and NLST list: a directory, or files that were named.
type listed struct {
	entries []ftp.Entry
	// prefix is what stands before the names of a directory that was named.
	prefix string
	dir    bool
}

// find returns what a pathname of LIST or NLST stands for. Options of ls are skipped, and patterns stand for names, if the features say so and no
// file is called so.
func (p *session) find(arg string) (listed, error) {
	info, err := p.view.Lstat(p.path(arg))
	if err != nil && arg != "" && p.f.listOptions {
		rest := arg
		for strings.HasPrefix(rest, "-") {
			_, rest, _ = strings.Cut(rest, " ")
			rest = strings.TrimLeft(rest, " ")
		}
		if rest != arg {
			arg = rest
			info, err = p.view.Lstat(p.path(arg))
		}
	}
	if err != nil && p.f.glob && strings.ContainsAny(arg, "*?[") {
		return p.match(arg)
	}
	if err != nil {
		return listed{}, err
	}
	name := p.path(arg)
	if info.IsLink() {
		if target, err := p.view.Stat(name); err == nil && target.IsDir() {
			info = target
		}
	}
	if !info.IsDir() {
		e := p.entry(info, p.writableDir(path.Dir(name)))
		e.Name = arg
		return listed{entries: []ftp.Entry{e}}, nil
	}
	infos, err := p.view.ReadDir(name)
	if err != nil {
		return listed{}, err
	}
	l := listed{dir: true}
	if arg != "" {
		l.prefix = strings.TrimSuffix(arg, "/") + "/"
	}
	if p.f.listForm == listEPLF {
		infos = p.followed(name, infos) // the form has no links
	}
	l.entries = p.entries(infos, p.writableDir(name))
	return l, nil
}

func (p *session) entries(infos []filestore.Info, writable bool) []ftp.Entry {
	out := make([]ftp.Entry, 0, len(infos))
	for _, i := range infos {
		if !p.f.utf8 && strings.ContainsFunc(i.Name, func(r rune) bool { return r >= 0x80 }) {
			continue
		}
		out = append(out, p.entry(i, writable))
	}
	if p.deviates() {
		out = p.misentries(out)
	}
	return out
}

// match returns the files that a pattern in the last component stands for.
func (p *session) match(arg string) (listed, error) {
	dir, pattern := path.Split(arg)
	name := p.path(dir)
	infos, err := p.view.ReadDir(name)
	if err != nil {
		return listed{}, err
	}
	var l listed
	writable := p.writableDir(name)
	for _, e := range p.entries(infos, writable) {
		if ok, err := path.Match(pattern, e.Name); ok && err == nil {
			e.Name = dir + e.Name
			l.entries = append(l.entries, e)
		}
	}
	if l.entries == nil {
		return l, &fs.PathError{Op: "list", Path: arg, Err: fs.ErrNotExist}
	}
	return l, nil
}

// doList lists for people, one line each.
func (p *session) doList(cmd ftp.Command) error { return p.list(cmd, p.listLine) }

// doNlst lists names that can be used as they are (RFC 1123 section 4.1.2.7).
func (p *session) doNlst(cmd ftp.Command) error {
	return p.list(cmd, func(b []byte, l listed, e ftp.Entry) []byte {
		if p.deviates() {
			return p.misname(b, l, e)
		}
		return append(append(b, l.prefix...), fitName(e.Name)...)
	})
}

// listLine appends a line of LIST in the form that the features choose.
func (p *session) listLine(b []byte, _ listed, e ftp.Entry) []byte {
	now := p.srv.opts.Now().UTC()
	switch p.f.listForm {
	case listDOS:
		return ftp.AppendDOSList(b, e, false)
	case listEPLF:
		return ftp.AppendEPLF(b, e)
	}
	return ftp.AppendUnixList(b, e, now)
}

func (p *session) list(cmd ftp.Command, line func([]byte, listed, ftp.Entry) []byte) error {
	if ok, err := p.mayTransfer(); !ok {
		return err
	}
	l, err := p.find(cmd.Arg)
	if err != nil {
		return p.refuse(ftp.CodeFileBusy, cmd.Arg, err)
	}
	// A listing is text in whatever type, and has no records.
	rep := ftp.Representation{Type: ftp.ASCII, Structure: ftp.FileStructure, Mode: p.rep.Mode}
	if p.rep.Type.Code == 'E' {
		rep.Type = p.rep.Type
	}
	if p.deviates() {
		l = p.mislisting(cmd.Verb, l, &rep)
	}
	var text []byte
	for _, e := range l.entries {
		text = line(text, l, e)
		text = append(text, '\n')
	}
	return p.sendText(cmd, rep, text)
}

// sendText sends a listing.
func (p *session) sendText(cmd ftp.Command, rep ftp.Representation, text []byte) error {
	if p.deviates() {
		text = p.spoilListing(text)
	}
	return p.transfer(cmd.Verb, cmd.Arg, rep, p.say(textListing), func(t *transfer, d *mockservers.Data) error {
		var out io.Writer = d
		if p.deviates() {
			out = p.misout(t, out)
		}
		o := conversion
		if !rep.Text() {
			o = ftp.DataOptions{}
		}
		w, err := rep.NewWriter(out, o)
		if err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		return errors.Join(w.Close(), finish(out))
	})
}

// mlsx appends an entry with the facts that are to be shown.
func (p *session) mlsx(b []byte, e ftp.Entry) ([]byte, error) {
	facts := e.MakeFacts(p.facts...)
	if p.deviates() {
		facts = p.misfacts(e, facts)
		if line, ok := p.mismlsx(facts, e.Name); ok {
			return append(b, line...), nil
		}
	}
	return ftp.AppendMLSx(b, facts, fit(e.Name))
}

// doMlsd lists a directory for programs, whatever type, structure and mode of RFC 959 are set (RFC 3659 section 7.2).
func (p *session) doMlsd(cmd ftp.Command) error {
	if ok, err := p.mayTransfer(); !ok {
		return err
	}
	name := p.path(cmd.Arg)
	info, err := p.view.Stat(name)
	if err == nil && !info.IsDir() {
		return p.refuse(ftp.CodeBadArgument, cmd.Arg, filestore.ErrNotDir) // RFC 3659 section 7.1
	}
	var infos []filestore.Info
	if err == nil {
		infos, err = p.view.ReadDir(name)
	}
	if err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	entries := p.entries(p.pointed(name, infos), p.writableDir(name))
	if p.shows(ftp.FactType) {
		// The directory itself and its parent, under names that CWD takes (RFC 3659 sections 7.5.1.2 and 7.5.1.4).
		self := p.entry(info, name != "/" && p.writableDir(path.Dir(name)))
		self.Type, self.Name = ftp.CDirEntry, name
		entries = slices.Insert(entries, 0, self)
		if parent, err := p.view.Stat(path.Dir(name)); err == nil && name != "/" {
			e := p.entry(parent, path.Dir(name) != "/" && p.writableDir(path.Dir(path.Dir(name))))
			e.Type, e.Name = ftp.PDirEntry, path.Dir(name)
			entries = slices.Insert(entries, 1, e)
		}
	}
	var text []byte
	for _, e := range entries {
		if text, err = p.mlsx(text, e); err != nil {
			return err
		}
		text = append(text, "\r\n"...)
	}
	rep := ftp.Representation{Type: ftp.Image, Structure: ftp.FileStructure, Mode: ftp.StreamMode}
	if p.rep.Mode == ftp.DeflateMode {
		rep.Mode = ftp.DeflateMode // which the RFC does not know, and clients and servers in use compress MLSD by
	}
	return p.sendText(cmd, rep, text)
}

// pointed puts what a symbolic link points to in its place, under its name, unless it dangles or the features say otherwise.
func (p *session) pointed(dir string, infos []filestore.Info) []filestore.Info {
	if p.f.mlsxLinks == linksTarget && !p.dev("fact-type-link") {
		return p.followed(dir, infos)
	}
	return infos
}

func (p *session) followed(dir string, infos []filestore.Info) []filestore.Info {
	for i, info := range infos {
		if info.IsLink() {
			if target, err := p.view.Stat(filestore.Clean(dir, info.Name)); err == nil {
				target.Name = info.Name
				infos[i] = target
			}
		}
	}
	return infos
}

func (p *session) doMlst(cmd ftp.Command) error {
	name := p.path(cmd.Arg)
	info, err := p.view.Lstat(name)
	if err == nil {
		info = p.pointed(path.Dir(name), []filestore.Info{info})[0]
	}
	if err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	e := p.entry(info, name != "/" && p.writableDir(path.Dir(name)))
	e.Name = name // RFC 3659 section 7.3.1: a full pathname
	if p.deviates() {
		e.Name = p.misfullname(cmd.Arg, name)
	}
	line, err := p.mlsx([]byte(" "), e)
	if err != nil {
		return err
	}
	return p.send(ftp.CodeFileActionOK, []string{p.say(textListed, fit(name)), string(line), "End"})
}

// doStat tells the status of the session, or lists as LIST does, over the control connection (RFC 959 section 4.1.3).
func (p *session) doStat(cmd ftp.Command) error {
	if cmd.Arg == "" {
		return p.statSession()
	}
	l, err := p.find(cmd.Arg)
	if err != nil {
		return p.refuse(ftp.CodeFileBusy, cmd.Arg, err)
	}
	code := ftp.CodeFileStatus
	if l.dir {
		code = ftp.CodeDirectoryStatus
	}
	lines := []string{p.say(textStatusOf, fit(cmd.Arg))}
	for _, e := range l.entries {
		lines = append(lines, fit(string(p.listLine(nil, l, e))))
	}
	return p.send(code, append(lines, p.say(textEnd)))
}

func (p *session) statSession() error {
	lines := []string{p.say(textStatus), " " + p.say(textStatusFrom, p.remoteAddr().Addr())}
	add := func(t text, args ...any) { lines = append(lines, " "+p.say(t, args...)) }
	add(textStatusUser, p.account.Name)
	add(textStatusParameters, p.rep.Type, string(rune(p.rep.Structure)), string(rune(p.rep.Mode)))
	switch {
	case p.kept != nil:
		add(textStatusKept)
	case p.listener != nil:
		add(textStatusListening, p.listener.Addr())
	case p.active.IsValid():
		add(textStatusActive, p.active)
	}
	if p.tls {
		add(textStatusTLS, string(rune(p.prot)))
	}
	return p.send(ftp.CodeSystemStatus, append(lines, p.say(textEnd)))
}
