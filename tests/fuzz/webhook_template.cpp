// Any template over any JSON; any text through a template as it is; any filter over both.

#include <string>

#include <nlohmann/json.hpp>

#include "backends/webhook/event_list.hpp"
#include "backends/webhook/filter.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/markup.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/template.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::webhook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::view(data, size);
  const std::string source{fuzz::take_piece(input)};
  const auto payload = formats::read_json(std::string{input});
  const nlohmann::json value = payload ? *payload : nlohmann::json{{"text", text::to_valid_utf8(input)}};
  if (const auto compiled = Template::compile(source)) {
    CHECK_THAT(compiled->source() == source);
    const auto out = compiled->render(value);
    CHECK_THAT(!out || (out->size() <= Template::longest_output && text::is_valid_utf8(*out)));
  }
  if (const auto filter = Filter::parse(source)) filter->allows(Request{}, value);
  if (const auto events = EventList::parse(source)) events->allows(text::to_valid_utf8(input));

  // What a payload says in words formats nothing.
  const auto as_it_is = Template::compile("{{text}}");
  const auto words = as_it_is->render({{"text", text::to_valid_utf8(input)}});
  formats::Prose prose;
  formats::add_markup(prose, *words, formats::Dialect::markdown);
  chat::Content content;
  prose.put_into(content);
  for (const chat::Span& span : content.spans) CHECK_THAT(span.begin < span.end && span.end <= content.text.size());
  CHECK_THAT(content.spans.empty());
  return 0;
}
