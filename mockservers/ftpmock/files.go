package ftpmock

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"harness/mockservers/filestore"
	"harness/protocols/ftp"
)

func (p *session) doCwd(cmd ftp.Command) error {
	if ok, err := p.allowed(cmd.Arg, ftp.CodeFileUnavailable); !ok {
		return err
	}
	return p.enter(cmd.Arg)
}

func (p *session) doCdup(ftp.Command) error { return p.enter("..") }

func (p *session) enter(name string) error {
	dir, err := p.view.Enter(p.path(name))
	if err != nil {
		return p.refuse(ftp.CodeFileUnavailable, name, err)
	}
	p.cwd = dir
	return p.reply(ftp.CodeFileActionOK, textDirectoryChanged, dir)
}

func (p *session) doPwd(ftp.Command) error {
	return p.send(ftp.CodePathname, []string{p.quoted(p.cwd) + " " + p.say(textCurrentDirectory)})
}

// quoted is a pathname as 257 has it (RFC 959 appendix II).
func (p *session) quoted(name string) string {
	if p.dev("quotes-not-doubled") {
		return `"` + name + `"`
	}
	return ftp.QuotePath(name)
}

// doSmnt changes to another tree (RFC 959 section 4.1.1); "/" is the one where the session began.
func (p *session) doSmnt(cmd ftp.Command) error {
	tree, ok := p.srv.opts.Mounts[cmd.Arg]
	if cmd.Arg == "/" {
		tree, ok = p.host.tree, true
	}
	if !ok {
		return p.reply(ftp.CodeFileUnavailable, textNoMount, cmd.Arg)
	}
	p.view.Tree, p.view.Root, p.cwd = tree, "", "/"
	if cmd.Arg == "/" && p.account.Jail {
		p.view.Root = p.account.Home
	}
	return p.reply(ftp.CodeFileActionOK, textMounted, cmd.Arg)
}

func (p *session) doMkd(cmd ftp.Command) error {
	if ok, err := p.allowed(cmd.Arg, ftp.CodeFileUnavailable); !ok {
		return err
	}
	name := p.path(cmd.Arg)
	switch err := p.view.Mkdir(name, 0o777&^fs.FileMode(p.umask)); {
	case errors.Is(err, fs.ErrExist):
		// RFC 959 appendix II.
		return p.send(ftp.CodeDirectoryExists, []string{p.quoted(name) + " " + p.say(textExists)})
	case err != nil:
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	return p.send(ftp.CodePathname, []string{p.quoted(name) + " " + p.say(textDirectoryMade)})
}

func (p *session) doRmd(cmd ftp.Command) error {
	if err := p.view.RemoveDir(p.path(cmd.Arg)); err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	return p.reply(ftp.CodeFileActionOK, textDirectoryRemoved)
}

func (p *session) doDele(cmd ftp.Command) error {
	if err := p.view.Remove(p.path(cmd.Arg)); err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	return p.reply(ftp.CodeFileActionOK, textDeleted)
}

func (p *session) doRnfr(cmd ftp.Command) error {
	p.rename = ""
	name := p.path(cmd.Arg)
	if _, err := p.view.Lstat(name); err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	p.rename = name
	return p.reply(ftp.CodePending, textRenameTo)
}

func (p *session) doRnto(cmd ftp.Command) error {
	if p.rename == "" {
		return p.reply(ftp.CodeBadSequence, textRenameFirst)
	}
	if ok, err := p.allowed(cmd.Arg, ftp.CodeNameNotAllowed); !ok {
		return err
	}
	if err := p.view.Rename(p.rename, p.path(cmd.Arg)); err != nil {
		return p.refuse(ftp.CodeNameNotAllowed, cmd.Arg, err)
	}
	return p.reply(ftp.CodeFileActionOK, textRenamed)
}

// plain returns what is known of a plain file; without one it has sent the reply.
func (p *session) plain(cmd ftp.Command) (filestore.Info, bool, error) {
	i, err := p.view.Stat(p.path(cmd.Arg))
	if err == nil && i.IsDir() {
		err = filestore.ErrIsDir
	}
	if err == nil && !i.Mode.IsRegular() {
		err = filestore.ErrNotRegular
	}
	if err != nil {
		return i, false, p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	return i, true, nil
}

// doSize tells how many octets a transfer would take (RFC 3659 section 4).
func (p *session) doSize(cmd ftp.Command) error {
	i, ok, err := p.plain(cmd)
	if !ok {
		return err
	}
	size := i.Size
	// In a mode other than the stream the size is that of the file's octets.
	rep := p.rep
	rep.Mode, rep.Structure = ftp.StreamMode, ftp.FileStructure
	if !rep.Plain(conversion) {
		if p.f.sizeASCII == "refuse" {
			return p.reply(ftp.CodeFileUnavailable, textNoSizeInType, rep.Type)
		}
		if size, err = p.transferSize(cmd.Arg, rep); err != nil {
			return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
		}
	}
	if p.deviates() {
		size = p.missize(i, size)
	}
	return p.send(ftp.CodeFileStatus, []string{strconv.FormatInt(size, 10)})
}

// transferSize counts what a file has in a representation.
func (p *session) transferSize(arg string, rep ftp.Representation) (int64, error) {
	f, err := p.view.Open(p.path(arg))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var n counter
	w, err := rep.NewWriter(&n, conversion)
	if err != nil {
		return 0, err
	}
	if _, err := f.WriteTo(w); err != nil {
		return 0, err
	}
	return int64(n), w.Close()
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// doMdtm tells when a file was modified. As in use, and in no RFC, a time before the name sets it.
func (p *session) doMdtm(cmd ftp.Command) error {
	i, err := p.view.Stat(p.path(cmd.Arg))
	if errors.Is(err, fs.ErrNotExist) {
		if at, name, perr := p.rules().ParseMFMT(cmd.Arg); perr == nil {
			if _, serr := p.view.Stat(p.path(name)); serr == nil {
				return p.setTime(at, name)
			}
		}
	}
	if err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	return p.send(ftp.CodeFileStatus, []string{p.timeVal(i.ModTime)})
}

// timeVal is a time in whole seconds (RFC 3659 section 2.3).
func (p *session) timeVal(t time.Time) string {
	if p.deviates() {
		if s, ok := p.mistime(t); ok {
			return s
		}
	}
	return ftp.FormatTime(t.Truncate(time.Second))
}

func (p *session) doMfmt(cmd ftp.Command) error {
	at, name, err := p.rules().ParseMFMT(cmd.Arg)
	if err != nil {
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	return p.setTime(at, name)
}

func (p *session) setTime(timeVal, name string) error {
	at, err := p.rules().ParseTime(timeVal)
	if err != nil {
		return p.reply(ftp.CodeBadArgument, textBadTime, timeVal)
	}
	if err := p.view.Chtimes(p.path(name), at); err != nil {
		return p.refuse(ftp.CodeFileUnavailable, name, err)
	}
	return p.send(ftp.CodeFileStatus, []string{fmt.Sprintf("Modify=%s; %s", p.timeVal(at), name)})
}

// --- SITE

// siteCommands are those of SITE, with their syntax.
var siteCommands []siteCommand

type siteCommand struct {
	verb, syntax string
	run          func(*session, string) error
}

func init() {
	siteCommands = []siteCommand{
		{"CHMOD", "CHMOD mode pathname", (*session).siteChmod},
		{"HELP", "HELP", func(p *session, _ string) error { return p.siteHelp() }},
		{"IDLE", "IDLE [seconds]", (*session).siteIdle},
		{"SYMLINK", "SYMLINK target pathname", (*session).siteSymlink},
		{"UMASK", "UMASK [mode]", (*session).siteUmask},
		{"UTIME", "UTIME time-val pathname, or UTIME pathname access-time modification-time creation-time UTC", (*session).siteUtime},
	}
}

func (p *session) doSite(cmd ftp.Command) error {
	verb, rest, _ := strings.Cut(cmd.Arg, " ")
	for _, s := range siteCommands {
		if strings.EqualFold(s.verb, verb) {
			return s.run(p, rest)
		}
	}
	return p.reply(ftp.CodeUnrecognized, textNoSite, verb)
}

// siteWrong replies to a SITE command that is malformed.
func (p *session) siteWrong(verb string) error {
	for _, s := range siteCommands {
		if s.verb == verb {
			return p.reply(ftp.CodeBadArgument, textSyntax, "SITE "+s.syntax)
		}
	}
	return p.reply(ftp.CodeBadArgument, textUnknown)
}

func (p *session) siteHelp() error {
	lines := []string{p.say(textSiteHelp)}
	for _, s := range siteCommands {
		lines = append(lines, " "+s.syntax)
	}
	return p.send(ftp.CodeHelp, append(lines, p.say(textEnd)))
}

func parseMode(s string) (uint32, bool) {
	n, err := strconv.ParseUint(s, 8, 32)
	return uint32(n), err == nil && n <= 0o777
}

func (p *session) siteChmod(arg string) error {
	octal, name, ok := strings.Cut(arg, " ")
	mode, valid := parseMode(octal)
	if !ok || name == "" || !valid {
		return p.siteWrong("CHMOD")
	}
	if err := p.view.Chmod(p.path(name), fs.FileMode(mode)); err != nil {
		return p.send(ftp.CodeFileUnavailable, []string{name + ": " + p.reason(err)})
	}
	return p.reply(ftp.CodeOK, textChmod, octal)
}

func (p *session) siteIdle(arg string) error {
	if arg == "" {
		return p.reply(ftp.CodeOK, textIdleTime, int(p.idle/time.Second))
	}
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > 7200 {
		return p.siteWrong("IDLE")
	}
	p.idle = time.Duration(n) * time.Second
	return p.reply(ftp.CodeOK, textIdleTime, n)
}

func (p *session) siteSymlink(arg string) error {
	target, name, ok := strings.Cut(arg, " ")
	if !ok || target == "" || name == "" {
		return p.siteWrong("SYMLINK")
	}
	if err := p.view.Symlink(target, p.path(name)); err != nil {
		return p.send(ftp.CodeFileUnavailable, []string{name + ": " + p.reason(err)})
	}
	return p.reply(ftp.CodeOK, textLinked)
}

func (p *session) siteUmask(arg string) error {
	if arg == "" {
		return p.reply(ftp.CodeOK, textUmask, p.umask)
	}
	mode, valid := parseMode(arg)
	if !valid {
		return p.siteWrong("UMASK")
	}
	p.umask = mode
	return p.reply(ftp.CodeOK, textUmask, p.umask)
}

// siteUtime sets a file's time, in either of the forms in use.
func (p *session) siteUtime(arg string) error {
	if at, name, ok := strings.Cut(arg, " "); ok {
		if t, ok := siteTime(at); ok {
			return p.setUtime(t, name)
		}
	}
	// The name may have spaces; four words stand behind it.
	words := strings.Split(arg, " ")
	if n := len(words); n >= 5 && words[n-1] == "UTC" {
		if t, ok := siteTime(words[n-3]); ok {
			return p.setUtime(t, strings.Join(words[:n-4], " "))
		}
	}
	return p.siteWrong("UTIME")
}

// siteTime parses YYYYMMDDhhmm or YYYYMMDDhhmmss, in UTC.
func siteTime(s string) (time.Time, bool) {
	for _, layout := range []string{"20060102150405", "200601021504"} {
		if t, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (p *session) setUtime(t time.Time, name string) error {
	if err := p.view.Chtimes(p.path(name), t); err != nil {
		return p.send(ftp.CodeFileUnavailable, []string{name + ": " + p.reason(err)})
	}
	return p.reply(ftp.CodeOK, textUtime)
}
