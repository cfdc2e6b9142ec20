#include "xmpp/xml_parser.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <utility>
#include <vector>

#include <expat.h>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

// U+0001 cannot stand in XML, so no namespace can contain it.
constexpr char separator = '\x01';
constexpr std::string_view xml_ns = "http://www.w3.org/XML/1998/namespace";
// Expat keeps a token that is not complete; it gets at most this much at once, so that a stanza over the limit is
// noticed before it is kept.
constexpr std::size_t slice = 64 * 1024;
// Expat keeps every name that it has seen for as long as it lives: a stream that stays for weeks and carries names that
// somebody invents (5.8 bytes kept for each byte read, measured) would eat all memory. So it is replaced now and then.
constexpr std::uint64_t renewal_interval = 4 * 1024 * 1024;

/// A stanza must be reported at its last byte, not when the next one comes (libexpat #840). Distributions back-port the
/// deferral and its switch into versions whose header does not declare it, so the library that runs is asked.
void switch_off_reparse_deferral(XML_Parser parser) {
  using Switch = XML_Bool (*)(XML_Parser, XML_Bool);
#if XML_MAJOR_VERSION > 2 || (XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION >= 6)
  static const Switch set = XML_SetReparseDeferralEnabled;
#else
  static const auto set = reinterpret_cast<Switch>(dlsym(RTLD_DEFAULT, "XML_SetReparseDeferralEnabled"));
#endif
  if (set != nullptr) set(parser, XML_FALSE);
}

struct Name {
  std::string_view ns, local;
  explicit Name(const XML_Char* expanded) : local(expanded) {
    const std::size_t at = local.find(separator);
    if (at == std::string_view::npos) return;
    ns = local.substr(0, at);
    local.remove_prefix(at + 1);
  }
};

}  // namespace

struct XmlParser::Inner {
  Sink& sink;
  XML_Parser parser = nullptr;
  std::string problem;
  std::string_view condition;
  std::string root_tag;           // as it came, for the next Expat
  bool replaying = false;         // the root tag is read again
  std::uint64_t origin = 0;       // of the stream, where Expat began to count
  std::uint64_t piece_start = 0;  // of what Expat reads now

  // The path from the stanza to the element that is open now. Only the last child of each grows, so that none moves.
  std::array<Element*, depth_limit> path{};
  std::size_t depth = 0;  // of the element that is open: 0 outside the root, 1 in the root, 2 in a stanza
  Element stanza;
  std::size_t nodes = 0;
  std::size_t declarations = 0;    // namespaces, of the tag that comes next
  bool skipping = false;           // the rest of an answer that is too long
  std::uint64_t fed = 0;           // bytes given to Expat
  std::uint64_t stanza_start = 0;  // where the stanza begins that is not complete yet

  explicit Inner(Sink& to) : sink(to) { make_parser(); }
  ~Inner() { XML_ParserFree(parser); }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;
  static Inner& of(void* self) { return *static_cast<Inner*>(self); }

  void make_parser() {
    parser = XML_ParserCreateNS("UTF-8", separator);
    if (parser == nullptr) std::abort();  // out of memory
    switch_off_reparse_deferral(parser);
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser, [](void* self, const XML_Char* name, const XML_Char** attributes) { of(self).start(name, attributes); },
        [](void* self, const XML_Char*) { of(self).end(); });
    XML_SetCharacterDataHandler(parser, [](void* self, const XML_Char* text, int size) {
      of(self).text({text, static_cast<std::size_t>(size)});
    });
    XML_SetStartNamespaceDeclHandler(parser,
                                     [](void* self, const XML_Char*, const XML_Char*) { of(self).declaration(); });
    XML_SetStartDoctypeDeclHandler(parser, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
      of(self).stop("restricted-xml", "a document type declaration");
    });
    XML_SetCommentHandler(parser, [](void* self, const XML_Char*) { of(self).stop("restricted-xml", "a comment"); });
    XML_SetProcessingInstructionHandler(parser, [](void* self, const XML_Char*, const XML_Char*) {
      of(self).stop("restricted-xml", "a processing instruction");
    });
  }

  bool stopped() const { return !condition.empty(); }

  void stop(std::string_view stream_condition, std::string_view text) {
    if (stopped()) return;
    condition = stream_condition;
    problem = text;
    XML_StopParser(parser, XML_FALSE);
  }

  /// Inside a stanza that breaks a limit: an answer goes on without what is in it, anything else ends the stream.
  void over_limit(std::string_view text) {
    if (stanza.name != "iq" || stanza.get("type") != "result") return stop("policy-violation", text);
    skipping = true;
    stanza.children.clear();
  }

  /// A new Expat that stands between two stanzas, at `boundary`, as the old one did.
  void renew(std::uint64_t boundary) {
    XML_ParserFree(parser);
    make_parser();
    origin = boundary - root_tag.size();
    replaying = true;
    depth = 0;
    XML_Parse(parser, root_tag.data(), static_cast<int>(root_tag.size()), XML_FALSE);
    replaying = false;
  }

  std::uint64_t position() const { return origin + static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser)); }
  std::uint64_t position_after() const {
    return position() + static_cast<std::uint64_t>(XML_GetCurrentByteCount(parser));
  }

  void declaration() {
    if (++declarations > attribute_limit) stop("policy-violation", "an element with over 128 attributes");
  }

  void start(const XML_Char* expanded, const XML_Char** attributes) {
    const std::size_t attribute_count = static_cast<std::size_t>(XML_GetSpecifiedAttributeCount(parser)) / 2;
    const std::size_t declared = std::exchange(declarations, 0);
    if (stopped()) return;
    if (attribute_count + declared > attribute_limit) {
      return stop("policy-violation", "an element with over 128 attributes");
    }
    const Name name{expanded};
    if (replaying) {
      depth = 1;
      return;
    }
    if (depth == 0) {
      remember_root_tag();
      Element header{name.local, name.ns};
      copy_attributes(header, attributes, attribute_count);
      depth = 1;
      stanza_start = position_after();
      sink.on_stream_start(header);
      return;
    }
    if (depth > depth_limit) return stop("policy-violation", "a stanza nested over 32 elements deep");
    Element* element = &stanza;
    if (depth == 1) {
      stanza_start = position();
      stanza = Element{name.local, name.ns};
      nodes = 1;
    } else {
      element = skipping ? nullptr : child();
      if (element == nullptr) {
        ++depth;
        return;
      }
      element->name = name.local;
      element->ns = name.ns;
    }
    copy_attributes(*element, attributes, attribute_count);
    path[depth - 1] = element;
    ++depth;
  }

  void end() {
    if (stopped()) return;
    if (--depth == 0) {
      sink.on_stream_end();
      return;
    }
    if (depth > 1) return;
    const std::uint64_t after = position_after();
    if (!skipping && after - stanza_start > stanza_limit) over_limit("a stanza over 256 KiB");
    if (stopped()) return;
    skipping = false;
    stanza_start = after;
    const bool due = after - origin > renewal_interval && after > piece_start && !root_tag.empty();
    if (due) XML_StopParser(parser, XML_TRUE);  // feed() goes on
    sink.on_element(std::move(stanza), after);
  }

  void remember_root_tag() {
    int offset = 0, size = 0;
    const char* context = XML_GetInputContext(parser, &offset, &size);
    if (context != nullptr)
      root_tag.assign(context + offset, static_cast<std::size_t>(XML_GetCurrentByteCount(parser)));
  }

  void text(std::string_view text) {
    if (stopped()) return;
    if (depth == 1) {
      // Whitespace between stanzas keeps the stream alive; nothing else may stand there.
      if (text.find_first_not_of(" \t\r\n") != std::string_view::npos)
        return stop("bad-format", "text between stanzas");
      stanza_start = position_after();
      return;
    }
    if (skipping) return;
    std::vector<Element>& children = path[depth - 2]->children;
    // Expat splits text at line ends and entities.
    if ((children.empty() || !children.back().is_text()) && child() == nullptr) return;
    children.back().content += text;
  }

  Element* child() {
    std::vector<Element>& children = path[depth - 2]->children;
    if (++nodes > node_limit) {
      over_limit("a stanza of over 10000 nodes");
      return nullptr;
    }
    if (children.size() == child_limit) {
      over_limit("an element with over 1024 children");
      return nullptr;
    }
    return &children.emplace_back();
  }

  static void copy_attributes(Element& element, const XML_Char** attributes, std::size_t count) {
    element.attributes.reserve(count);
    for (; *attributes != nullptr; attributes += 2) {
      const Name name{attributes[0]};
      if (name.ns.empty()) {
        element.attributes.push_back({std::string{name.local}, attributes[1]});
      } else if (name.ns == xml_ns && name.local == "lang") {
        element.attributes.push_back({"xml:lang", attributes[1]});
      }
    }
  }

  /// Expat has refused something itself.
  void explain(XML_Error error) {
    problem = XML_ErrorString(error);
    switch (error) {
      case XML_ERROR_UNDEFINED_ENTITY:
      case XML_ERROR_RECURSIVE_ENTITY_REF:
      case XML_ERROR_PARAM_ENTITY_REF:
      case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
        condition = "restricted-xml";
        break;
      case XML_ERROR_INVALID_TOKEN:
        condition = at_invalid_utf8() ? "bad-format" : "not-well-formed";
        break;
      default:
        condition = "not-well-formed";
    }
  }

  bool at_invalid_utf8() const {
    int offset = 0, size = 0;
    const char* context = XML_GetInputContext(parser, &offset, &size);
    if (context == nullptr || offset < 0 || offset >= size) return false;
    const std::string_view rest{context + offset, static_cast<std::size_t>(size - offset)};
    return text::decode(rest).size == 0;
  }
};

XmlParser::XmlParser(Sink& sink) : inner_(std::make_unique<Inner>(sink)) {}
XmlParser::~XmlParser() = default;

bool XmlParser::feed(std::string_view bytes) {
  Inner& in = *inner_;
  while (!bytes.empty() && !in.stopped()) {
    const std::string_view piece = bytes.substr(0, slice);
    in.piece_start = in.fed;
    const auto status = XML_Parse(in.parser, piece.data(), static_cast<int>(piece.size()), XML_FALSE);
    if (in.stopped()) break;
    if (status == XML_STATUS_SUSPENDED) {
      // A stanza has ended in this piece, and it is time for another Expat.
      bytes.remove_prefix(static_cast<std::size_t>(in.stanza_start - in.fed));
      in.fed = in.stanza_start;
      in.renew(in.fed);
      continue;
    }
    bytes.remove_prefix(piece.size());
    in.fed += piece.size();
    if (status != XML_STATUS_OK) {
      in.explain(XML_GetErrorCode(in.parser));
    } else if (in.fed - in.stanza_start > (in.skipping ? answer_limit : stanza_limit)) {
      if (in.skipping) {
        in.stop("policy-violation", "an answer over 16 MiB");
      } else if (in.depth > 1) {
        in.over_limit("a stanza over 256 KiB");
      } else {
        in.stop("policy-violation", "a stanza over 256 KiB");
      }
    }
  }
  return !in.stopped();
}

const std::string& XmlParser::problem() const { return inner_->problem; }
std::string_view XmlParser::condition() const { return inner_->condition; }

}  // namespace dragoman::xmpp
