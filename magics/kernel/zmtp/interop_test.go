package zmtp_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/seed2d25c7c2/didnb/magics/kernel/zmtp"
)

// Another implementation at the other end, in both directions. GoNB's sockets are go-zeromq's, so this is not only a test.
func TestGoZeroMQDials(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	router, routerAddress := listen(t, zmtp.Router, zmtp.Options{})
	pub, pubAddress := listen(t, zmtp.Pub, zmtp.Options{})
	_, repAddress := listen(t, zmtp.Rep, zmtp.Options{})

	dealer := zmq4.NewDealer(ctx, zmq4.WithID(zmq4.SocketIdentity("me")))
	defer dealer.Close()
	if err := dealer.Dial("tcp://" + routerAddress); err != nil {
		t.Fatal(err)
	}
	big := bytes.Repeat([]byte("x"), 1<<20)
	if err := dealer.SendMulti(zmq4.NewMsgFrom([]byte("a"), big)); err != nil {
		t.Fatal(err)
	}
	m := recv(t, router)
	if len(m) != 3 || string(m[0]) != "me" || !bytes.Equal(m[2], big) {
		t.Fatalf("got %d frames", len(m))
	}
	router.Send(m)
	if got, err := dealer.Recv(); err != nil || len(got.Frames) != 2 || !bytes.Equal(got.Frames[1], big) {
		t.Errorf("got %d frames, error %v", len(got.Frames), err)
	}

	sub := zmq4.NewSub(ctx)
	defer sub.Close()
	if err := sub.Dial("tcp://" + pubAddress); err != nil {
		t.Fatal(err)
	}
	if err := sub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatal(err)
	}
	waitPeers(t, pub, 1)
	pub.Send(zmtp.Message{[]byte("topic"), []byte("body")})
	if got, err := sub.Recv(); err != nil || len(got.Frames) != 2 || string(got.Frames[1]) != "body" {
		t.Errorf("got %q, error %v", got.Frames, err)
	}

	req := zmq4.NewReq(ctx)
	defer req.Close()
	if err := req.Dial("tcp://" + repAddress); err != nil {
		t.Fatal(err)
	}
	if err := req.Send(zmq4.NewMsgString("ping")); err != nil {
		t.Fatal(err)
	}
	if got, err := req.Recv(); err != nil || got.String() != `Msg{Frames:{"ping"}}` {
		t.Errorf("got %v, error %v", got, err)
	}
}

func TestGoZeroMQListens(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	router, pub := zmq4.NewRouter(ctx), zmq4.NewPub(ctx)
	defer router.Close()
	defer pub.Close()
	for _, s := range []zmq4.Socket{router, pub} {
		if err := s.Listen("tcp://127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	dealer := dial(t, zmtp.Dealer, router.Addr().String(), zmtp.Options{Identity: []byte("me")})
	sub := dial(t, zmtp.Sub, pub.Addr().String(), zmtp.Options{})
	dealer.Send(zmtp.Message{[]byte("a"), []byte("b")})
	m, err := router.Recv()
	if err != nil || len(m.Frames) != 3 || string(m.Frames[0]) != "me" {
		t.Fatalf("got %q, error %v", m.Frames, err)
	}
	if err := router.SendMulti(m); err != nil {
		t.Fatal(err)
	}
	if got := recv(t, dealer); len(got) != 2 || string(got[1]) != "b" {
		t.Errorf("got %q", got)
	}
	// The subscription is under way; go-zeromq tells of it by its topics.
	for end := time.Now().Add(5 * time.Second); len(pub.(zmq4.Topics).Topics()) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the subscription did not arrive")
		}
	}
	if err := pub.SendMulti(zmq4.NewMsgFrom([]byte("topic"), []byte("body"))); err != nil {
		t.Fatal(err)
	}
	if got := recv(t, sub); len(got) != 2 || string(got[1]) != "body" {
		t.Errorf("got %q", got)
	}
}
