#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "xmpp/element.hpp"

namespace dragoman::xmpp {

/// Expat as a push parser of one XML stream. Limits (reliability.md 4.1): 256 KiB a stanza, depth 32, 128 attributes
/// and namespace declarations an element, 1,024 children an element, 10,000 nodes a stanza; a DTD, processing
/// instruction, comment or undefined entity ends it. Reparse deferral is off: a stanza is reported at its last byte
/// however TCP cut it.
///
/// An answer (iq of type result) with too many bytes, children or nodes is reported without what is in it: we asked for
/// it, and somebody's roster is as long as it is.
class XmlParser {
 public:
  static constexpr std::size_t stanza_limit = 256 * 1024;
  static constexpr std::size_t depth_limit = 32;
  static constexpr std::size_t attribute_limit = 128;
  static constexpr std::size_t child_limit = 1024;
  static constexpr std::size_t node_limit = 10000;
  static constexpr std::size_t answer_limit = 16 * 1024 * 1024;

  class Sink {
   public:
    virtual void on_stream_start(const Element& header) = 0;                 ///< name, ns and attributes of the root
    virtual void on_element(Element element, std::uint64_t end_offset) = 0;  ///< each child of the root
    virtual void on_stream_end() = 0;

   protected:
    ~Sink() = default;
  };

  explicit XmlParser(Sink& sink);
  ~XmlParser();

  /// False: the stream broke a rule; problem() and condition() say which. Nothing more may be fed then.
  bool feed(std::string_view bytes);
  const std::string& problem() const;
  /// The stream error condition to send: "restricted-xml", "not-well-formed", "bad-format", "policy-violation".
  std::string_view condition() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

/// Parses one element from text (tests, stored stanzas), with the same limits; `default_ns` for elements without one.
/// Nothing on error.
std::unique_ptr<Element> parse_element(std::string_view xml, std::string_view default_ns);

}  // namespace dragoman::xmpp
