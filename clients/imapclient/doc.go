// Package imapclient is an IMAP client: IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051) whole, with what is an extension of the former: literals that do not wait (RFC 7888), SASL-IR
// (RFC 4959), ID (RFC 2971), ENABLE (RFC 5161), IDLE (RFC 2177), NAMESPACE (RFC 2342), UNSELECT (RFC 3691), UIDPLUS (RFC 4315), extended LIST (RFC 5258, RFC 5819, RFC 6154), MOVE
// (RFC 6851), ESEARCH (RFC 4731), SEARCHRES (RFC 5182), BINARY (RFC 3516), STATUS=SIZE (RFC 8438), APPENDLIMIT (RFC 7889), UTF8=ACCEPT (RFC 6855), and ACL, QUOTA, SORT and THREAD.
//
//	c, err := imapclient.Dial(ctx, "127.0.0.1:1143", nil)
//	if err != nil {
//		return err
//	}
//	defer c.Logout(ctx)
//	if err := c.Login(ctx, "alice", "wonderland"); err != nil {
//		return err
//	}
//	if _, err := c.Select(ctx, "INBOX"); err != nil {
//		return err
//	}
//	uids, err := c.UIDSearch(ctx, imap.Key("UNSEEN"))
//	if err != nil {
//		return err
//	}
//	items, err := imap.ParseFetchItems("(FLAGS ENVELOPE)")
//	if err != nil {
//		return err
//	}
//	err = c.UIDFetch(ctx, imap.Nums(uids...), items, func(f *imap.Fetch) error {
//		fmt.Println(f.UID, f.Envelope.Subject)
//		return nil
//	})
//
// Each call that can block takes a context first; its deadline is the sooner of the context's and that of [Options], and cancelling the
// context unblocks it. A [Client] is for one goroutine at a time; only Close may be called from another.
//
// # News
//
// A server may tell news at any time: new messages, expunged ones, flags that others changed, an alert. Each response is given to the command that it answers; all others go to
// Options.Handler, as they come, or are kept for [Client.Unsolicited]. None is lost. What concerns the mailbox that is selected is seen in [Client.Mailbox] too. [Client.Noop] asks
// for news, and [Client.Idle] waits for them.
//
// # Messages and mailboxes
//
// Messages are named by sets: [imap.ParseNumSet], [imap.Nums]. Methods take message numbers, and those with UID in their names take UIDs. Names of mailboxes are in UTF-8 here,
// whatever they are on the wire. Data of messages is given to a function, message by message, as it comes. Sections are kept in memory, up to Limits.Literal, or streamed:
// [Client.FetchStream], [Client.BodyTo]. [Client.Append] streams the other way.
//
// # Levels
//
// The methods named by the protocol's verbs send one command, read what ends it and return typed results. They refuse arguments that would not stay one command, and commands that
// are not valid in the state of the session. [Client.Pipeline] sends many commands at once; [Client.Command] and [Client.XAtom] send any. Below is a raw level for those who must say it
// wrong: Send, SendLine, Raw, ReadResponse, ReadTagged, ReadLine, ExpectQuiet, ExpectClose and StartTLS. It checks nothing, keeps no state, and goes on after responses
// that could not be parsed.
//
// # Errors
//
// Each error is an [*Error], which says address and command. A refusal is an [*imap.Status] within it, a departure from the grammar a [*wire.SyntaxError], a passed limit a
// [*wire.LimitError], an argument that cannot be sent an [*imap.ArgumentError]; all by errors.As. A response that cannot be parsed is the error of the command under way, and the
// session goes on. Errors of the transport are wrapped; after one of them, and when a context ends in the middle of a command, the two ends no longer agree on what comes next: the
// client is broken, its connection is closed, and every further call fails at once with the first error.
//
// Unless [Options] say Strict, what can be understood is accepted; [Client.Forgiven] tells what was wrong with it.
//
// # For those who know Python's imaplib
//
//	IMAP4(host, port, timeout)      Dial
//	IMAP4_SSL(host, ...)            DialTLS, or Dial with Options.ImplicitTLS
//	IMAP4_stream(command)           Start
//	open(host, port), shutdown()    Dial and Close
//	read(n), readline(), send(data) ReadLine, Send, and Conn, which has the rest
//	socket()                        Conn
//	welcome                         Greeting
//	capabilities                    Known
//	state                           State
//	debug, print_log()              Options.Tap
//	append(mbox, flags, date, msg)  Append (a stream), AppendBytes (which makes CRLF of all line ends, as there)
//	authenticate(mech, authobject)  Auth, AuthMechanism
//	capability()                    Capability
//	check()                         Check
//	close()                         CloseMailbox; Close is for the connection
//	copy(set, mbox)                 Copy
//	create(mbox)                    Create
//	delete(mbox)                    Delete
//	deleteacl(mbox, who)            DeleteACL
//	enable(capability)              Enable
//	expunge()                       Expunge
//	fetch(set, parts)               Fetch, with imap.ParseFetchItems(parts); FetchStream
//	getacl(mbox)                    GetACL
//	getannotation(mbox, entry, att) GetAnnotation
//	getquota(root)                  GetQuota
//	getquotaroot(mbox)              GetQuotaRoot
//	idle(duration)                  Idle, with a context that has a deadline
//	list(directory, pattern)        List; ListWith for the extended form
//	login(user, password)           LOGIN; Login takes the best method that there is
//	login_cram_md5(user, password)  AuthMechanism with "CRAM-MD5"
//	logout()                        Logout
//	lsub(directory, pattern)        LSub
//	myrights(mbox)                  MyRights
//	namespace()                     Namespace
//	noop()                          Noop
//	partial(num, part, start, len)  Fetch with a range, "BODY.PEEK[1]<0.100>"; XAtom for the obsolete PARTIAL
//	proxyauth(user)                 ProxyAuth
//	recent()                        Mailbox, and Noop before it
//	rename(old, new)                Rename
//	response(code)                  Unsolicited, or Options.Handler
//	search(charset, criteria)       Search, with imap.ParseSearch(criteria); SearchWith for a charset of one's own
//	select(mbox, readonly)          Select and Examine
//	setacl(mbox, who, what)         SetACL
//	setannotation(...)              SetAnnotation
//	setquota(root, limits)          SetQuota
//	sort(criteria, charset, keys)   Sort
//	starttls(context)               STARTTLS
//	status(mbox, names)             Status
//	store(set, command, flags)      Store
//	subscribe(mbox)                 Subscribe
//	thread(algorithm, charset, ...) Thread
//	uid(command, args)              UIDCopy, UIDExpunge, UIDFetch, UIDMove, UIDSearch, UIDSort, UIDStore, UIDThread
//	unselect()                      Unselect
//	unsubscribe(mbox)               Unsubscribe
//	xatom(name, args)               XAtom
//	Internaldate2tuple(text)        Fetch.InternalDate; imap.Rules.ParseDateTime
//	Time2Internaldate(time)         imap.AppendDateTime
//	ParseFlags(text)                Fetch.Flags
//	Int2AP(num)                     none is needed: the client makes its tags
//
// Beyond it there are ID, ListRights, Move, LoginWith, the extended LIST and SEARCH, Pipeline, Command, the mailbox that is followed, and the raw level.
package imapclient
