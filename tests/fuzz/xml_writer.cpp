// Any text in a stanza: what was written is read by the parser as the same text, or was refused and left nothing.

#include <string>

#include "base/text.hpp"
#include "check.hpp"
#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

using namespace dragoman;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::view(data, size);
  const std::string_view resource = fuzz::take_piece(input), value = fuzz::take_piece(input);
  std::string out = "before";
  {
    xmpp::Writer writer{out, "irc.test"};
    writer.begin("message", "#tea@irc.test/" + std::string{resource}, "alice@test");
    writer.attribute("id", value);
    writer.leaf("body", input);
    if (const auto written = writer.end(); !written) {
      CHECK_THAT(out == "before");
      return 0;
    }
  }
  const std::string_view stanza = std::string_view{out}.substr(6);
  const auto read = xmpp::parse_element(stanza, "jabber:component:accept");
  CHECK_THAT(read != nullptr);
  CHECK_THAT(read->name == "message" && read->get("to") == "alice@test");
  CHECK_THAT(read->children.size() == 1);
  return 0;
}
