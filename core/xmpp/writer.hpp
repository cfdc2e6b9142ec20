#pragma once

#include "base/result.hpp"
#include "xmpp/element.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dragoman::xmpp {

/// The one way XML leaves: appends stanzas to a buffer and cannot emit what makes a server close the component stream
/// for everybody (reliability.md 0.8): a `from` outside the domain or with an empty resource, a missing or malformed
/// `to`, characters outside XML 1.0 (they become U+FFFD), comments, a stanza over the limit. A stanza that breaks a
/// rule is taken back from the buffer as a whole.
///
///   writer.begin("message", from, to);          // stream namespace jabber:component:accept
///   writer.attribute("type", "chat");
///   writer.open("body"); writer.text(body); writer.close();
///   if (const auto written = writer.end(); !written) ...   // Fault::malformed or too_long, buffer as before
class Writer {
 public:
  static constexpr std::size_t stanza_limit = 256 * 1024;  ///< bytes

  /// `out` lives longer than the writer. `domain` is the component's.
  Writer(std::string& out, std::string domain) : out_(out), domain_(std::move(domain)) {}

  /// `from` and `to` are prepared addresses (Jid::str()) or pre-joined "bare/resource" from Names; only their shape is
  /// checked here.
  void begin(std::string_view name, std::string_view from, std::string_view to);
  /// As begin, but "from_bare/from_resource" is given in two parts that are already escaped for XML and prepared: the
  /// hot path of presence and groupchat.
  void begin_prepared(std::string_view name, std::string_view from_bare, std::string_view from_resource,
                      std::string_view to);
  void attribute(std::string_view name, std::string_view value);
  void open(std::string_view name, std::string_view ns = {});  ///< an empty ns: that of the parent
  void text(std::string_view text);
  void close();
  /// open, text, close.
  void leaf(std::string_view name, std::string_view text, std::string_view ns = {}) {
    open(name, ns);
    this->text(text);
    close();
  }
  /// A whole subtree inside the current element.
  void element(const Element& element);
  /// Closes what is open and checks the stanza.
  Result<void> end();

  /// A stanza as a tree; `from` and `to` are its attributes.
  Result<void> stanza(const Element& stanza);

 private:
  void finish_tag();
  void append_escaped(std::string_view text);

  std::string& out_;
  std::string domain_;
  std::size_t start_ = 0;
  bool tag_open_ = false;
  std::vector<std::pair<std::string, std::string>> open_;  // name, namespace
  std::string problem_;
};

/// The element as XML text, for logs, tests and storage. Never for the stream.
std::string to_xml(const Element& element);
/// XML-escapes `text` and replaces what is not an XML character.
void append_escaped(std::string& out, std::string_view text);

}  // namespace dragoman::xmpp
