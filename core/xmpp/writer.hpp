#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "xmpp/element.hpp"

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
  static constexpr std::size_t depth_limit = 32;           ///< elements in one another, the stanza counted
  static constexpr std::size_t attribute_limit = 128;      ///< of one element, its xmlns counted

  /// `out` and the text of `domain`, the component's, live longer than the writer.
  Writer(std::string& out, std::string_view domain) : out_(out), domain_(domain), start_(out.size()) {}
  /// A stanza that was not ended is taken back.
  ~Writer() { take_back(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Starts a "message", "presence" or "iq". `from` and `to` are prepared addresses (Jid::str()) or pre-joined
  /// "bare/resource" from Names; only their shape is checked here.
  void begin(std::string_view name, std::string_view from, std::string_view to);
  /// As begin, but "from_bare/from_resource" is given in two parts that are already escaped for XML and prepared: the
  /// hot path of presence and groupchat. An empty resource stands for the bare address.
  void begin_prepared(std::string_view name, std::string_view from_bare, std::string_view from_resource,
                      std::string_view to);
  void attribute(std::string_view name, std::string_view value);
  /// The same for the address of an occupant whose two parts are escaped for XML already.
  void attribute_prepared(std::string_view name, std::string_view bare, std::string_view resource);
  void open(std::string_view name, std::string_view ns = {});  ///< an empty ns: that of the parent
  void text(std::string_view text);
  void close();
  /// open, text, close.
  void leaf(std::string_view name, std::string_view text, std::string_view ns = {}) {
    open(name, ns);
    this->text(text);
    close();
  }
  /// The name of the stanza: "message" ... Also when it has ended, until something else is appended to the buffer.
  std::string_view name() const { return at(open_[0].name); }
  /// A whole subtree inside the current element.
  void element(const Element& element);
  /// Closes what is open and checks the stanza.
  Result<void> end();

  /// A stanza as a tree; `from` and `to` are its attributes.
  Result<void> stanza(const Element& stanza);

 private:
  /// A piece of `out_`, counted from the start of the stanza.
  struct Piece {
    std::uint32_t at, size;
  };
  struct Open {
    Piece name, ns;
  };

  void start(std::string_view name);
  void address_to(std::string_view to);
  void finish_tag();
  void take_back() {
    if (depth_ > 0) out_.resize(start_);
    depth_ = 0;
  }
  bool refuse(Fault fault, const char* problem);
  bool fits(std::size_t more);
  bool remember(std::string_view attribute);
  std::string_view at(Piece piece) const { return std::string_view{out_}.substr(start_ + piece.at, piece.size); }

  std::string& out_;
  std::string_view domain_;
  std::size_t start_;
  std::size_t depth_ = 0;
  std::size_t attributes_ = 0;
  bool tag_open_ = false;
  Fault fault_ = Fault::malformed;
  const char* problem_ = nullptr;
  // Left uninitialised: a writer is made for each stanza. Names are not copied, they stand in the buffer.
  std::array<Open, depth_limit> open_;
  std::array<Piece, attribute_limit> names_;  // of the attributes of the tag that is open
};

/// The element as XML text, for logs, tests and storage. Never for the stream.
std::string to_xml(const Element& element);
/// XML-escapes `text` (for element text and for attribute values) and replaces what is not an XML character.
void append_escaped(std::string& out, std::string_view text);

}  // namespace dragoman::xmpp
