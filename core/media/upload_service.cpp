#include "media/upload_service.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "net/loop.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::media {

namespace {

constexpr Duration disco_patience = std::chrono::seconds{5};
constexpr Duration slot_patience = std::chrono::seconds{15};
constexpr Duration put_patience = std::chrono::seconds{60};
constexpr Duration search_patience = std::chrono::seconds{15};  // a message waits for it
constexpr Duration search_pause = std::chrono::minutes{5};
constexpr std::size_t most_candidates = 32;

xmpp::Element disco(std::string_view to, std::string_view ns) {
  xmpp::Element iq{"iq", xmpp::ns::component};
  iq.set("type", "get").set("to", to);
  iq.add("query", ns);
  return iq;
}

/// Without TLS only to this machine: between us and it nobody can read or change the file.
bool may_be_put_to(const net::Url& url) {
  return url.tls || url.host == "localhost" || url.host == "::1" || url.host.starts_with("127.");
}

Result<net::HttpRequest> make_put(const xmpp::UploadSlot& slot, File file) {
  auto url = net::parse_url(slot.put);
  if (!url) return url.error();
  if (!net::parse_url(slot.get)) return failure(Fault::malformed, "the upload service gives an address that is none");
  if (!may_be_put_to(*url)) return failure(Fault::unacceptable, "the upload service wants it without encryption");
  net::HttpRequest request;
  request.method = "PUT";
  request.url = std::move(*url);
  for (const auto& [name, value] : slot.fields) request.fields.add(name, value);
  request.fields.add("Content-Type", std::move(file.media_type));
  request.body = std::move(file.bytes);
  return request;
}

Error no_service() { return failure(Fault::not_found, "there is no upload service here"); }

Error too_large(std::uint64_t bytes, std::uint64_t most) {
  return failure(Fault::too_long, "it has " + std::to_string(bytes) + " bytes, and the upload service takes at most " +
                                      std::to_string(most));
}

}  // namespace

UploadService::UploadService(net::Loop& loop, xmpp::Link& link, net::HttpClient& http, Options options)
    : loop_(loop), link_(link), http_(http), options_(std::move(options)), tasks_(loop) {
  const bool has_parent = link.jid().domain().find('.') != std::string_view::npos;
  if (options_.address.empty() && !has_parent) options_.enabled = false;  // nobody is above "localhost"
}

bool UploadService::available() const {
  return options_.enabled && (!none_until_ || *none_until_ <= loop_.clock().now());
}

void UploadService::fail_soon(Uploaded uploaded, Error error) {
  tasks_.spawn([uploaded = std::move(uploaded), error = std::move(error)]() -> net::Task<> {
    uploaded(error);
    co_return;
  });
}

void UploadService::tell(const Uploaded& uploaded, Result<std::string> result) const {
  if (!tasks_.stopping()) uploaded(std::move(result));
}

void UploadService::upload(File file, Uploaded uploaded) {
  if (!available()) {
    return fail_soon(std::move(uploaded), no_service());
  }
  Waiting waiting{std::move(file), std::move(uploaded)};
  if (!service_.empty()) return ask_for_slot(std::move(waiting));
  waiting_.push_back(std::move(waiting));
  if (!std::exchange(searching_, true)) search();
}

void UploadService::search() {
  search_ends_ = loop_.clock().now() + search_patience;
  if (!options_.address.empty()) {
    candidates_ = {options_.address};
    return ask_next_candidate();
  }
  const std::string_view domain = link_.jid().domain();
  std::string parent{domain.substr(domain.find('.') + 1)};
  link_.ask(disco(parent, xmpp::ns::disco_items), disco_patience, [this, parent](const Result<xmpp::Element>& answer) {
    candidates_.clear();
    const xmpp::Element* query = answer ? answer->child("query", xmpp::ns::disco_items) : nullptr;
    if (query != nullptr) {
      for (xmpp::DiscoItem& item : xmpp::read_disco_items(*query)) {
        const bool own = item.jid == link_.jid().str();
        if (item.node.empty() && !own && candidates_.size() < most_candidates)
          candidates_.push_back(std::move(item.jid));
      }
    }
    candidates_.push_back(parent);  // some servers do it themselves
    std::reverse(candidates_.begin(), candidates_.end());
    ask_next_candidate();
  });
}

void UploadService::ask_next_candidate() {
  if (candidates_.empty() || loop_.clock().now() >= search_ends_) return not_found(no_service());
  std::string address = std::move(candidates_.back());
  candidates_.pop_back();
  xmpp::Element question = disco(address, xmpp::ns::disco_info);
  link_.ask(
      std::move(question), disco_patience, [this, address = std::move(address)](const Result<xmpp::Element>& answer) {
        if (!answer && answer.error().fault == Fault::closed) return not_found(answer.error());
        const xmpp::Element* query = answer ? answer->child("query", xmpp::ns::disco_info) : nullptr;
        const auto service = query == nullptr ? std::nullopt : xmpp::read_upload_service(xmpp::read_disco_info(*query));
        if (service) return found(address, *service);
        ask_next_candidate();
      });
}

void UploadService::found(std::string address, xmpp::UploadService service) {
  searching_ = false;
  candidates_.clear();
  service_ = std::move(address);
  most_bytes_ = service.most_bytes;
  const auto& network = link_.jid();
  LOG_INFO("upload service", network, service_, most_bytes_);
  for (Waiting& each : std::exchange(waiting_, {})) ask_for_slot(std::move(each));
}

void UploadService::not_found(Error error) {
  searching_ = false;
  candidates_.clear();
  const auto& network = link_.jid();
  if (error.fault == Fault::not_found) {
    none_until_ = loop_.clock().now() + search_pause;
    LOG_WARN("no upload service: long texts go line by line; name one with upload = in the configuration", network);
  }
  for (const Waiting& each : std::exchange(waiting_, {})) tell(each.uploaded, error);
}

void UploadService::ask_for_slot(Waiting waiting) {
  const std::uint64_t bytes = waiting.file.bytes.size();
  if (most_bytes_ != 0 && bytes > most_bytes_) {
    return fail_soon(std::move(waiting.uploaded), too_large(bytes, most_bytes_));
  }
  if (limited_until_ && loop_.clock().utc() < *limited_until_) {
    return fail_soon(std::move(waiting.uploaded), failure(Fault::limited, "the upload service takes nothing before " +
                                                                              xmpp::to_datetime(*limited_until_)));
  }
  xmpp::Element question = xmpp::make_upload_request(service_, {waiting.file.name, waiting.file.media_type, bytes});
  link_.ask_for_any(std::move(question), slot_patience,
                    [this, waiting = std::move(waiting)](const Result<xmpp::Element>& answer) mutable {
                      on_slot(std::move(waiting), answer);
                    });
}

void UploadService::on_slot(Waiting waiting, const Result<xmpp::Element>& answer) {
  if (!answer) return tell(waiting.uploaded, answer.error());
  if (answer->get("type") == "error") return refused(waiting, xmpp::read_upload_refusal(*answer));
  const auto slot = xmpp::read_upload_slot(*answer);
  if (!slot) return tell(waiting.uploaded, slot.error());
  auto request = make_put(*slot, std::move(waiting.file));
  if (!request) {
    const auto& network = link_.jid();
    const auto& reason = request.error();
    LOG_WARN("the upload service gives what cannot be used", network, service_, reason);
    return tell(waiting.uploaded, request.error());
  }
  tasks_.spawn(
      [this, request = std::move(*request), get = slot->get, uploaded = std::move(waiting.uploaded)]() mutable {
        return put(std::move(request), std::move(get), std::move(uploaded));
      });
}

void UploadService::refused(const Waiting& waiting, const xmpp::UploadRefusal& refusal) {
  const auto& network = link_.jid();
  const auto& reason = refusal.error;
  LOG_WARN("the upload service refuses a file", network, service_, reason);
  if (refusal.most_bytes != 0) most_bytes_ = refusal.most_bytes;
  if (refusal.retry_at) limited_until_ = refusal.retry_at;
  const Fault fault = refusal.error.fault;
  // It is gone, or no longer what it was: it is looked for again.
  if (fault == Fault::not_found || fault == Fault::unavailable || fault == Fault::unsupported) service_.clear();
  if (refusal.most_bytes != 0) return tell(waiting.uploaded, too_large(waiting.file.bytes.size(), refusal.most_bytes));
  tell(waiting.uploaded, Error{fault, "the upload service refuses it: " + refusal.error.text});
}

net::Task<> UploadService::put(net::HttpRequest request, std::string url, Uploaded uploaded) {
  net::HttpLimits limits;
  limits.timeout = put_patience;
  limits.most_body = 64 * 1024;  // what it says to a file is not read
  const std::string host = request.url.host;
  const auto response = co_await http_.send(std::move(request), limits);
  const auto& network = link_.jid();
  if (!response) {
    const auto& reason = response.error();
    if (!tasks_.stopping()) LOG_WARN("an upload failed", network, reason);
    tell(uploaded, response.error());
    co_return;
  }
  const int status = response->status;
  // 201 is what XEP-0363 4 asks for; object stores answer 200, and some proxies 204.
  if (status == 201 || status == 200 || status == 204) {
    tell(uploaded, std::move(url));
    co_return;
  }
  LOG_WARN("the upload service does not take a file that it had a slot for", network, host, status);
  tell(uploaded, Error{status == 413 ? Fault::too_long : Fault::unavailable,
                       host + " does not take it (HTTP " + std::to_string(status) + ')'});
}

}  // namespace dragoman::media
