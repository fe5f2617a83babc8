// Package bench compares the speed of clients and mock servers with the bare machine, in one run: each benchmark measures both in turn and
// reports the ratio, so that the figure means the same on a slow machine and on a fast one. Run it with make bench.
//
// The benchmarks of FTP have vsftpd, goftp.io/server, jlaffaye/ftp and curl do the same. Those that need a container engine are skipped where there is none.
// HARNESS_BENCH_SIZE is the size of the large file, 64M unless set (1G is what FTP is measured by), and HARNESS_BENCH_FILES the number of
// small ones, 10000 unless set. Those of NNTP have Python's nntplib do the same; HARNESS_BENCH_ARTICLES is how many articles the group has, 1000000
// unless set. Those of IMAP have go-imap's client do the same; HARNESS_BENCH_MESSAGES is how many messages the mailbox has, 100000 unless set.
package bench
