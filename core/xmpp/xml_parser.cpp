#include "xmpp/xml_parser.hpp"

#include "base/text.hpp"
#include "xmpp/writer.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <expat.h>

namespace dragoman::xmpp {

namespace {

// U+0001 cannot stand in XML, so no namespace can contain it.
constexpr char separator = '\x01';
constexpr std::string_view xml_ns = "http://www.w3.org/XML/1998/namespace";
// Expat keeps a token that is not complete; it gets at most this much at once, so that a stanza over the limit is noticed
// before it is kept.
constexpr std::size_t slice = 64 * 1024;

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
  XML_Parser parser;
  std::string problem;
  std::string_view condition;

  // The path from the stanza to the element that is open now. Only the last child of each grows, so that none moves.
  std::array<Element*, depth_limit> path{};
  std::size_t depth = 0;       // of the element that is open: 0 outside the root, 1 in the root, 2 in a stanza
  Element stanza;
  std::size_t nodes = 0;
  std::size_t declarations = 0;         // namespaces, of the tag that comes next
  std::uint64_t fed = 0;                // bytes given to Expat
  std::uint64_t stanza_start = 0;       // where the stanza begins that is not complete yet

  explicit Inner(Sink& to) : sink(to), parser(XML_ParserCreateNS("UTF-8", separator)) {
    if (parser == nullptr) std::abort();  // out of memory
    switch_off_reparse_deferral(parser);
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser, [](void* self, const XML_Char* name, const XML_Char** attributes) { of(self).start(name, attributes); },
        [](void* self, const XML_Char*) { of(self).end(); });
    XML_SetCharacterDataHandler(parser, [](void* self, const XML_Char* text, int size) {
      of(self).text({text, static_cast<std::size_t>(size)});
    });
    XML_SetStartNamespaceDeclHandler(
        parser, [](void* self, const XML_Char*, const XML_Char*) { of(self).declaration(); });
    XML_SetStartDoctypeDeclHandler(parser, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
      of(self).stop("restricted-xml", "a document type declaration");
    });
    XML_SetCommentHandler(parser, [](void* self, const XML_Char*) { of(self).stop("restricted-xml", "a comment"); });
    XML_SetProcessingInstructionHandler(parser, [](void* self, const XML_Char*, const XML_Char*) {
      of(self).stop("restricted-xml", "a processing instruction");
    });
  }
  ~Inner() { XML_ParserFree(parser); }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;
  static Inner& of(void* self) { return *static_cast<Inner*>(self); }

  bool stopped() const { return !condition.empty(); }

  void stop(std::string_view stream_condition, std::string_view text) {
    if (stopped()) return;
    condition = stream_condition;
    problem = text;
    XML_StopParser(parser, XML_FALSE);
  }

  std::uint64_t position() const { return static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser)); }
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
    if (depth == 0) {
      Element header{name.local, name.ns};
      copy_attributes(header, attributes, attribute_count);
      depth = 1;
      stanza_start = position_after();
      sink.on_stream_start(header);
      return;
    }
    if (depth > depth_limit) return stop("policy-violation", "a stanza nested over 32 elements deep");
    if (++nodes > node_limit) return stop("policy-violation", "a stanza of over 10000 nodes");
    Element* element = &stanza;
    if (depth == 1) {
      stanza_start = position();
      stanza = Element{name.local, name.ns};
      nodes = 1;
    } else {
      element = child();
      if (element == nullptr) return;
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
    if (after - stanza_start > stanza_limit) return stop("policy-violation", "a stanza over 256 KiB");
    stanza_start = after;
    sink.on_element(std::move(stanza), after);
  }

  void text(std::string_view text) {
    if (stopped()) return;
    if (depth == 1) {
      // Whitespace between stanzas keeps the stream alive; nothing else may stand there.
      if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) return stop("bad-format", "text between stanzas");
      stanza_start = position_after();
      return;
    }
    std::vector<Element>& children = path[depth - 2]->children;
    // Expat splits text at line ends and entities.
    if (children.empty() || !children.back().is_text()) {
      if (++nodes > node_limit) return stop("policy-violation", "a stanza of over 10000 nodes");
      if (child() == nullptr) return;
    }
    children.back().content += text;
  }

  Element* child() {
    std::vector<Element>& children = path[depth - 2]->children;
    if (children.size() == child_limit) {
      stop("policy-violation", "an element with over 1024 children");
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
      case XML_ERROR_AMPLIFICATION_LIMIT_BREACH: condition = "restricted-xml"; break;
      case XML_ERROR_INVALID_TOKEN: condition = at_invalid_utf8() ? "bad-format" : "not-well-formed"; break;
      default: condition = "not-well-formed";
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
    bytes.remove_prefix(piece.size());
    in.fed += piece.size();
    const auto status = XML_Parse(in.parser, piece.data(), static_cast<int>(piece.size()), XML_FALSE);
    if (in.stopped()) break;
    if (status != XML_STATUS_OK) {
      in.explain(XML_GetErrorCode(in.parser));
    } else if (in.fed - in.stanza_start > stanza_limit) {
      in.condition = "policy-violation";
      in.problem = "a stanza over 256 KiB";
    }
  }
  return !in.stopped();
}

const std::string& XmlParser::problem() const { return inner_->problem; }
std::string_view XmlParser::condition() const { return inner_->condition; }

namespace {

/// Keeps the one child of the root.
class OneElement final : public XmlParser::Sink {
 public:
  void on_stream_start(const Element&) override {}
  void on_element(Element element, std::uint64_t) override {
    ++count_;
    element_ = std::make_unique<Element>(std::move(element));
  }
  void on_stream_end() override { ended_ = true; }
  std::unique_ptr<Element> take() { return ended_ && count_ == 1 ? std::move(element_) : nullptr; }

 private:
  std::unique_ptr<Element> element_;
  std::size_t count_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Element> parse_element(std::string_view xml, std::string_view default_ns) {
  OneElement one;
  XmlParser parser{one};
  std::string root = "<stored xmlns='";
  append_escaped(root, default_ns);
  root += "'>";
  if (!parser.feed(root) || !parser.feed(xml) || !parser.feed("</stored>")) return nullptr;
  return one.take();
}

}  // namespace dragoman::xmpp
