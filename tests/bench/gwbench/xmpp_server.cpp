#include "xmpp_server.hpp"

#include <cstdio>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>

#include "../common/text.hpp"
#include "accept.hpp"
#include "stanza_reader.hpp"

namespace bench {

struct XmppServer::Stream : Outlet {
  Stream(tcp::socket&& connected, StanzaReader::Events events)
      : Outlet(std::move(connected)), reader(std::move(events)), bytes(1 << 18) {}

  StanzaReader reader;
  std::vector<char> bytes;
  std::string id;
};

XmppServer::XmppServer(Loop& loop, std::string domain, std::string secret, bool quickack)
    : loop_(loop), domain_(std::move(domain)), secret_(std::move(secret)), acceptor_(loop.io()), quickack_(quickack) {}

XmppServer::~XmppServer() = default;

unsigned short XmppServer::listen(unsigned short port) {
  listen_on_loopback(acceptor_, port, 8);
  accept();
  return acceptor_.local_endpoint().port();
}

void XmppServer::send(std::string_view stanza) {
  if (stream_) out().append(stanza);
}

std::string& XmppServer::out() {
  loop_.mark(*stream_);
  return stream_->out;
}

void XmppServer::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error) return;
    tune(socket);
    stream_ = std::make_shared<Stream>(
        std::move(socket), StanzaReader::Events{[this] { open_stream(*stream_); }, [this] { handle(*stream_); }});
    read(stream_);
    accept();
  });
}

void XmppServer::read(const std::shared_ptr<Stream>& stream) {
  stream->socket.async_read_some(boost::asio::buffer(stream->bytes), [this, stream](error_code error, std::size_t n) {
    if (stream != stream_) return;  // the gateway has connected again
    if (error) {
      stream->open = false;
      stream_lost = true;
      return;
    }
    if (quickack_) acknowledge_now(stream->socket);
    const std::string fault = stream->reader.feed({stream->bytes.data(), n});
    if (!fault.empty()) {
      std::fprintf(stderr, "!! the gateway sent XML that is not well-formed: %s\n", fault.c_str());
      stream_lost = true;
      return;
    }
    read(stream);
  });
}

void XmppServer::open_stream(Stream& stream) {
  stream.id = std::to_string(now_ns() & 0xffffffffU);
  send(
      "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
      "xmlns='jabber:component:accept' from='" +
      domain_ + "' id='" + stream.id + "'>");
}

void XmppServer::handle(Stream& stream) {
  const Stanza& stanza = stream.reader.stanza();
  if (stanza.name == "handshake") {
    check_handshake(stream);
    return;
  }
  ++stanzas_in;
  if (stanza.name == "iq" && (stanza.type == "get" || stanza.type == "set")) {
    send("<iq type='error' from='" + stanza.to + "' to='" + stanza.from + "' id='" + stanza.id +
         "'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  } else if (on_stanza) {
    on_stanza(stanza);
  }
}

void XmppServer::check_handshake(Stream& stream) {
  if (stream.reader.stanza().body == sha1_hex(stream.id + secret_)) {
    authenticated_ns = now_ns();
    send("<handshake/>");
  } else {
    std::fprintf(stderr, "!! handshake rejected\n");
    stream.open = false;
    stream_lost = true;
  }
}

}  // namespace bench
