#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/element.hpp"

// XEP-0363: a service lets us put a file under an address where everybody can get it. The question for a slot:
//   <request xmlns='urn:xmpp:http:upload:0' filename='paste.txt' size='2048' content-type='text/plain'/>
// and its answer:
//   <slot xmlns='urn:xmpp:http:upload:0'>
//     <put url='https://up.example.org/x/paste.txt'><header name='Authorization'>Basic ...</header></put>
//     <get url='https://down.example.org/x/paste.txt'/>
//   </slot>
namespace dragoman::xmpp {

inline constexpr std::string_view upload_ns = "urn:xmpp:http:upload:0";

/// What a service says of itself.
struct UploadService {
  std::uint64_t most_bytes = 0;  ///< the longest file; 0: it does not say
};
/// Nothing when this is no upload service.
std::optional<UploadService> read_upload_service(const DiscoInfo& info);

struct UploadRequest {
  std::string name, media_type;
  std::uint64_t bytes = 0;
};
/// The iq; it is sent from our domain.
Element make_upload_request(std::string_view service, const UploadRequest& request);

struct UploadSlot {
  std::string put, get;  ///< URLs, not looked at yet
  /// For the PUT: only Authorization, Cookie and Expires may be asked for, and line breaks are taken out (XEP-0363 5).
  std::vector<std::pair<std::string, std::string>> fields;
};
/// Fault::malformed when a URL is missing.
Result<UploadSlot> read_upload_slot(const Element& iq);

/// Why there is no slot.
struct UploadRefusal {
  Error error;
  std::uint64_t most_bytes = 0;       ///< with Fault::too_long: the longest file; 0: not said
  std::optional<Timestamp> retry_at;  ///< with Fault::limited, where the service says it
};
UploadRefusal read_upload_refusal(const Element& iq);

}  // namespace dragoman::xmpp
