#include "relay.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>

#include "../common/text.hpp"

namespace limit {

Members* User::channel(std::string_view name) {
  for (Members& channel : channels)
    if (channel.name == name) return &channel;
  return nullptr;
}

Relay::Relay(std::string domain, std::string secret, tcp::endpoint irc, Fault fault)
    : domain_(std::move(domain)),
      secret_(std::move(secret)),
      irc_(std::move(irc)),
      faulty_(fault),
      xmpp_(std::make_shared<bench::Outlet>(tcp::socket(loop_.io()))),
      parser_(XML_ParserCreate(nullptr)) {
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(
      parser_,
      [](void* self, const XML_Char* name, const XML_Char** attributes) {
        static_cast<Relay*>(self)->start(name, attributes);
      },
      [](void* self, const XML_Char*) { static_cast<Relay*>(self)->end(); });
  XML_SetCharacterDataHandler(parser_, [](void* self, const XML_Char* text, int n) {
    Stanza& stanza = static_cast<Relay*>(self)->stanza_;
    if (stanza.in_body) stanza.body.append(text, static_cast<std::size_t>(n));
  });
}

Relay::~Relay() { XML_ParserFree(parser_); }

void Relay::run(const tcp::endpoint& xmpp) {
  xmpp_->socket.connect(xmpp);
  bench::tune(xmpp_->socket);
  xmpp_out() +=
      "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams' to='" +
      domain_ + "'>";
  read_xmpp();
  while (!ended_) loop_.turn();
}

std::string& Relay::xmpp_out() {
  loop_.mark(*xmpp_);
  return xmpp_->out;
}

void Relay::read_xmpp() {
  xmpp_->socket.async_read_some(boost::asio::buffer(bytes_), [this](error_code error, std::size_t n) {
    ended_ = error || XML_Parse(parser_, bytes_.data(), static_cast<int>(n), 0) == XML_STATUS_ERROR;
    if (!ended_) read_xmpp();
  });
}

void Relay::start(std::string_view name, const XML_Char** attributes) {
  ++depth_;
  if (depth_ == 2) {
    stanza_.name = name;
    for (std::string* field : {&stanza_.from, &stanza_.to, &stanza_.type, &stanza_.id, &stanza_.body}) field->clear();
    stanza_.joins = false;
  } else if (depth_ == 3) {
    stanza_.in_body = name == "body";
    if (name == "x") stanza_.joins = true;
  }
  for (; depth_ <= 2 && *attributes != nullptr; attributes += 2) {
    const std::string_view key = attributes[0];
    if (key == "from") stanza_.from = attributes[1];
    if (key == "to") stanza_.to = attributes[1];
    if (key == "type") stanza_.type = attributes[1];
    if (key == "id") stanza_.id = attributes[1];
  }
  if (depth_ == 1) xmpp_out() += "<handshake>" + bench::sha1_hex(stanza_.id + secret_) + "</handshake>";
}

void Relay::end() {
  if (depth_ == 3) stanza_.in_body = false;
  if (depth_ == 2) stanza();
  --depth_;
}

void escape(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view replacement;
    switch (text[i]) {
      case '&':
        replacement = "&amp;";
        break;
      case '<':
        replacement = "&lt;";
        break;
      case '>':
        replacement = "&gt;";
        break;
      case '\'':
        replacement = "&apos;";
        break;
      case '"':
        replacement = "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(text[i]) >= 32 || text[i] == '\t') continue;
    }
    out.append(text, from, i - from);
    out += replacement;
    from = i + 1;
  }
  out.append(text, from);
}

}  // namespace limit
