// Any bytes as a form, a multipart form and a compressed body.

#include <string>

#include "backends/webhook/inflate.hpp"
#include "backends/webhook/multipart.hpp"
#include "backends/webhook/url_form.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::webhook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::view(data, size);
  if (const auto fields = read_url_form(input)) CHECK_THAT(fields->size() <= most_fields);
  // One letter as the boundary, so that bodies with parts are found.
  if (const auto form = read_multipart(input, "B")) {
    CHECK_THAT(form->fields.size() <= most_fields && form->files.size() <= most_files);
    for (const Form::Attached& each : form->files) {
      CHECK_THAT(!each.file.name.empty() && each.file.name.size() <= 128);
      CHECK_THAT(each.file.name.find_first_of("/\\") == std::string::npos);
      CHECK_THAT(text::is_valid_utf8(each.file.name));
    }
  }
  const std::string boundary = boundary_of(input);
  CHECK_THAT(boundary.size() <= 70);
  const InflateLimits limits{.most = 64 * 1024, .ratio = 20};
  for (const char* const encoding : {"gzip", "deflate"}) {
    if (const auto out = inflate_body(encoding, input, limits)) CHECK_THAT(out->size() <= limits.most);
  }
  return 0;
}
