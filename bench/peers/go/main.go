// Sends one mail to each of COUNT readers with go-mail: a goroutine and a kept connection for each of CONNECTIONS,
// the reader's name put into the HTML, no record of who got it.
// Usage: go-peer PORT COUNT CONNECTIONS FILE.html → {"seconds": n, "accepted": n}
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wneessen/go-mail"
)

func main() {
	port, count, connections := number(1), int64(number(2)), number(3)
	page, err := os.ReadFile(os.Args[4])
	fail(err)
	html := string(page)
	var next, accepted atomic.Int64
	var senders sync.WaitGroup
	start := time.Now()
	for range connections {
		senders.Go(func() {
			client, err := mail.NewClient("127.0.0.1", mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS), mail.WithoutNoop())
			fail(err)
			fail(client.DialWithContext(context.Background()))
			for reader := next.Add(1); reader <= count; reader = next.Add(1) {
				fail(client.Send(message(html, reader)))
				accepted.Add(1)
			}
			fail(client.Close())
		})
	}
	senders.Wait()
	fmt.Printf("{\"seconds\": %f, \"accepted\": %d}\n", time.Since(start).Seconds(), accepted.Load())
}

func message(html string, reader int64) *mail.Msg {
	name := fmt.Sprintf("reader %d", reader)
	message := mail.NewMsg()
	fail(message.From("news@example.org"))
	fail(message.To(fmt.Sprintf("reader%d@example.test", reader)))
	message.Subject("Hello " + name)
	message.SetGenHeader(mail.HeaderListUnsubscribe, fmt.Sprintf("<https://example.org/u/%d>", reader))
	message.SetBodyString(mail.TypeTextHTML, strings.ReplaceAll(html, "READER", name))
	return message
}

func number(argument int) int {
	value, err := strconv.Atoi(os.Args[argument])
	fail(err)
	return value
}

func fail(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
