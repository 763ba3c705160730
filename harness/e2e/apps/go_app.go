// SPDX-License-Identifier: MIT
//
// A feed on Go's net/http: a broker with one channel per client, and a flush
// after each event; POST /publish sends a text.  Standard library only.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

type broker struct {
	mu      sync.Mutex
	number  int
	clients map[chan string]bool
}

func (b *broker) subscribe() chan string {
	c := make(chan string, 16)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clients[c] = true
	return c
}

func (b *broker) unsubscribe(c chan string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.clients, c)
}

// publish drops the text for a client that is 16 events behind.
func (b *broker) publish(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.number++
	event := fmt.Sprintf("id: %d\ndata: %s\n\n", b.number, text)
	for c := range b.clients {
		select {
		case c <- event:
		default:
		}
	}
}

func (b *broker) post(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.publish(string(text))
	w.WriteHeader(http.StatusAccepted)
}

func (b *broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "streaming unsupported", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Connection", "keep-alive")

	events := b.subscribe()
	defer b.unsubscribe(events)
	for {
		select {
		case <-r.Context().Done():
			return
		case event := <-events:
			fmt.Fprint(w, event)
			flusher.Flush()
		}
	}
}

func main() {
	b := &broker{clients: make(map[chan string]bool)}
	go func() {
		for n := 1; ; n++ {
			b.publish(fmt.Sprintf("tick %d", n))
			time.Sleep(100 * time.Millisecond)
		}
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	http.Handle("/events", b)
	http.HandleFunc("/publish", b.post)
	log.Fatal(http.Serve(listener, nil))
}
