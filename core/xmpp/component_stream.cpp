#include "xmpp/component_stream.hpp"

#include <openssl/evp.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stream_failure.hpp"
#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::xmpp {

namespace {

/// XEP-0114 3: the hexadecimal SHA-1 of the stream id and the secret, nothing between them.
std::string handshake_of(std::string_view stream_id, const std::string& secret) {
  std::string text{stream_id};
  text += secret;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  OPENSSL_cleanse(text.data(), text.size());
  // A crypto library without SHA-1 (some FIPS set-ups): the server will refuse the empty handshake.
  if (done != 1) return {};
  return text::to_hex({reinterpret_cast<const char*>(digest), size});
}

}  // namespace

struct ComponentStream::Inner final : XmlParser::Sink {
  std::string domain;
  Secret<std::string> secret;
  XmlParser parser{*this};
  State state = State::connecting;
  bool header_sent = false;
  bool end_sent = false;  // our </stream:stream>
  // The arguments of the call that is running.
  std::string* send = nullptr;
  std::vector<Output>* out = nullptr;

  Inner(std::string component_domain, const Secret<std::string>& shared_secret)
      : domain(std::move(component_domain)), secret(shared_secret) {}

  void fail(Failed failed) {
    if (state == State::failed) return;
    state = State::failed;
    out->push_back(std::move(failed));
  }

  void finish() {
    if (!header_sent || end_sent) return;
    end_sent = true;
    *send += "</stream:stream>";
  }

  /// The server broke a rule: tell it which, and end.
  void refuse(std::string_view condition, std::string_view problem) {
    if (state == State::failed) return;
    if (header_sent && !end_sent) {
      *send += "<stream:error><";
      *send += condition;
      *send += " xmlns='";
      *send += ns::stream_errors;
      *send += "'/></stream:error>";
    }
    finish();
    fail(server_broke_rule(condition, problem));
  }

  void on_stream_start(const Element& header) override {
    if (state == State::failed) return;
    if (!header.is("stream", ns::streams)) {
      refuse("invalid-namespace", "what answers there does not speak XMPP");
      return;
    }
    const std::string_view id = header.get("id");
    // Prosody opens the stream without an id when it knows no such component, and the error follows. A handshake
    // without the salt of the id would show the bare hash of the secret.
    if (id.empty()) return;
    *send += "<handshake>";
    *send += handshake_of(id, secret.reveal());
    *send += "</handshake>";
    state = State::waiting_for_handshake;
  }

  void on_element(Element element, std::uint64_t end_offset) override {
    if (state == State::failed) return;
    if (element.is("error", ns::streams)) {
      finish();
      fail(stream_error(element, domain, state == State::ready));
    } else if (state == State::ready) {
      if (element.ns == ns::component &&
          (element.name == "message" || element.name == "presence" || element.name == "iq")) {
        out->push_back(Stanza{std::move(element), end_offset});
      } else {
        const auto& network = domain;
        LOG_DEBUG("element of no known kind on the component stream", network, element.name, element.ns);
      }
    } else if (state == State::waiting_for_handshake && element.is("handshake", ns::component)) {
      state = State::ready;
      out->push_back(Ready{});
    } else if (element.ns != ns::streams) {  // <stream:features/> of a server that thinks of clients is no harm
      refuse("not-authorized", "the server sent <" + element.name + "/> before it took the handshake");
    }
  }

  void on_stream_end() override {
    const bool ours_first = end_sent;
    finish();
    fail(ours_first ? ended_by_us() : ended_by_server(state));
  }
};

ComponentStream::ComponentStream(std::string domain, const Secret<std::string>& secret)
    : inner_(std::make_unique<Inner>(std::move(domain), secret)) {}
ComponentStream::~ComponentStream() = default;

void ComponentStream::on_connected(std::string& send) {
  if (inner_->state != State::connecting) return;
  send +=
      "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams' to='";
  append_escaped(send, inner_->domain);
  send += "'>";
  inner_->header_sent = true;
  inner_->state = State::waiting_for_stream;
}

void ComponentStream::on_bytes(std::string_view bytes, std::string& send, std::vector<Output>& out) {
  Inner& in = *inner_;
  if (in.state == State::failed || in.state == State::connecting) return;
  in.send = &send;
  in.out = &out;
  if (!in.parser.feed(bytes)) in.refuse(in.parser.condition(), in.parser.problem());
}

void ComponentStream::on_closed(std::vector<Output>& out) {
  inner_->out = &out;
  inner_->fail(inner_->end_sent ? ended_by_us() : ended_by_server(inner_->state));
}

void ComponentStream::finish(std::string& send) {
  inner_->send = &send;
  inner_->finish();
}

ComponentStream::State ComponentStream::state() const { return inner_->state; }

}  // namespace dragoman::xmpp
