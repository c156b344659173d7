// The command users is vegeta with two kinds of users in one process, and a line for each answer: requests at a constant
// rate, some of them over connections that are kept, some over a new one each.
//
//	users -kept 300 -new 200 -duration 1m <targets
//
// The targets, as vegeta has them ("GET http://…", a line each), are asked in turn. It ends after the duration or on
// SIGINT; what was sent by then is still waited for. A line has these fields, with a tab between them:
//
//	the URL; kept or new; when it was sent, in nanoseconds since 1970; nanoseconds until the whole answer was there;
//	the HTTP status, 0 for none; the version and the host name that the answer's JSON tells; what went wrong
//
// What is not known is empty. The same with the command vegeta takes two processes for each kind, and twice the computing:
// enough to slow down a small machine that runs the system under test as well.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

const (
	timeout = 10 * time.Second
	// mostWorkers of a kind wait for an answer at the same time.
	mostWorkers = 400
	// A line is written that soon.
	delay = 20 * time.Millisecond
)

var oneField = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

func main() {
	log.SetFlags(0)
	log.SetPrefix("users: ")
	kept := flag.Int("kept", 0, "requests per second over connections that are kept")
	fresh := flag.Int("new", 0, "requests per second over a new connection each")
	duration := flag.Duration("duration", time.Minute, "how long")
	flag.Parse()
	if flag.NArg() > 0 || *kept < 0 || *fresh < 0 || *kept+*fresh == 0 || *duration <= 0 {
		log.Fatal("usage: users [-kept RATE] [-new RATE] [-duration DURATION] <TARGETS")
	}
	targets, err := vegeta.ReadAllTargets(vegeta.NewHTTPTargeter(os.Stdin, nil, nil))
	if err != nil {
		log.Fatal(err)
	}

	lines := &lines{buffer: bufio.NewWriterSize(os.Stdout, 1<<16)}
	var kinds sync.WaitGroup
	var attackers []*vegeta.Attacker
	attack := func(kind string, rate int) {
		if rate == 0 {
			return
		}
		attacker := vegeta.NewAttacker(
			vegeta.KeepAlive(kind == "kept"), vegeta.Timeout(timeout), vegeta.MaxWorkers(mostWorkers))
		attackers = append(attackers, attacker)
		pace := vegeta.ConstantPacer{Freq: rate, Per: time.Second}
		answers := attacker.Attack(vegeta.NewStaticTargeter(targets...), pace, *duration, "")
		kinds.Go(func() {
			for answer := range answers {
				lines.add(kind, answer)
			}
		})
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	attack("kept", *kept)
	attack("new", *fresh)
	go func() {
		<-interrupted
		for _, attacker := range attackers {
			attacker.Stop()
		}
	}()
	go func() {
		for range time.Tick(delay) {
			lines.flush()
		}
	}()
	kinds.Wait()
	lines.flush()
}

// lines goes to whoever reads. It may be used from several goroutines.
type lines struct {
	mutex  sync.Mutex
	buffer *bufio.Writer
}

func (l *lines) add(kind string, answer *vegeta.Result) {
	var body struct{ Version, Hostname string }
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		body.Version, body.Hostname = "", "" // Not one of ours.
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	write(l.buffer, "%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\n",
		answer.URL, kind, answer.Timestamp.UnixNano(), answer.Latency, answer.Code,
		oneField.Replace(body.Version), oneField.Replace(body.Hostname), oneField.Replace(answer.Error))
}

func (l *lines) flush() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if err := l.buffer.Flush(); err != nil {
		log.Fatal(err)
	}
}

func write(to io.Writer, format string, fields ...any) {
	if _, err := fmt.Fprintf(to, format, fields...); err != nil {
		log.Fatal(err)
	}
}
