// Any body as any format: the first byte picks the format, the second the content type; up to 0xff a header's value.

#include <string>

#include "backends/webhook/read_postings.hpp"
#include "backends/webhook/request.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::webhook;

namespace {

void check_posting(const Posting& posting, const Options& options) {
  const chat::Content& content = posting.content;
  CHECK_THAT(content.text.size() <= options.longest_text);
  CHECK_THAT(text::to_xml_text(content.text) == content.text);
  CHECK_THAT(text::without_controls(content.text, true) == content.text);
  for (const chat::Span& span : content.spans) {
    CHECK_THAT(span.begin < span.end && span.end <= content.text.size());
    CHECK_THAT(text::is_valid_utf8(content.text.substr(span.begin, span.end - span.begin)));
  }
  for (const std::string* line : {&posting.actor, &posting.key, &posting.thread, &posting.event, &posting.link}) {
    CHECK_THAT(text::to_xml_text(*line) == *line);
    CHECK_THAT(text::without_controls(*line, false) == *line);
  }
  CHECK_THAT(posting.files.size() <= 10 && content.attachments.size() <= 10);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr const char* types[] = {"application/json",
                                          "text/plain",
                                          "text/markdown",
                                          "text/html",
                                          "text/xml",
                                          "application/x-www-form-urlencoded",
                                          "multipart/form-data",
                                          ""};
  static constexpr const char* headers[] = {
      "x-github-event", "x-forgejo-event", "sentry-hook-resource", "title", "ce-type", "filename", "tags", "actions"};
  std::string_view input = fuzz::view(data, size);
  const std::size_t picked = fuzz::take(input), type = fuzz::take(input);
  Request request;
  request.content_type = types[type % std::size(types)];
  request.headers["content-type"] = request.content_type + "; boundary=B";
  request.headers[headers[type / std::size(types) % std::size(headers)]] = fuzz::take_piece(input);
  request.query = fuzz::take_piece(input);
  request.body = input;
  const auto formats = all_formats();
  const auto forced = picked < formats.size() ? std::optional{formats[picked]} : std::nullopt;
  Options options;
  options.longest_text = 512;
  const auto postings = read_postings(request, forced, options);
  if (!postings) return 0;
  for (const Posting& posting : *postings) check_posting(posting, options);
  return 0;
}
