#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::xmpp {

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
