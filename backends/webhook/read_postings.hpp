#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "backends/webhook/event_list.hpp"
#include "backends/webhook/filter.hpp"
#include "backends/webhook/format.hpp"
#include "backends/webhook/posting.hpp"
#include "backends/webhook/template.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook {

struct Request;

/// How an endpoint reads its requests. What it points to outlives the call.
struct Options {
  const Filter* filter = nullptr;
  const Template* pattern = nullptr;  ///< instead of the product's own words
  const EventList* events = nullptr;
  Posting::After resolved = Posting::After::reply;  ///< what the end of an alert is
  std::size_t longest_text = 8 * 1024;              ///< bytes; what is longer is cut, with a mark and the link
};

/// What a request is by its headers, then its content type, then the shape of its body.
Format detect(const Request& request);

/// What a request asks to be said. None: it is a request that the filter or the event list leaves out, or one that says
/// nothing by itself (the end of a check that never failed). `forced`: the format, whatever the request looks like.
///
/// Faults: malformed (not what its type says, too deep, or nothing to say: HTTP 400), too_long (413), unsupported (a
/// type or encoding that is not known: 415), unacceptable (the template went wrong: 422). Errors quote no payload.
Result<std::vector<Posting>> read_postings(const Request& request, std::optional<Format> forced,
                                           const Options& options);

/// The body of a request that shows what postings of a format look like, for `test`; never empty.
Request sample_request(Format format);

}  // namespace dragoman::backends::webhook
