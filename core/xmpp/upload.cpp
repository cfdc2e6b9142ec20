#include "xmpp/upload.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/text.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::xmpp {

namespace {

std::uint64_t read_size(std::string_view text) {
  text = text::trim(text);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  return error == std::errc{} && end == text.data() + text.size() ? size : 0;
}

bool may_be_asked_for(std::string_view field) {
  static constexpr std::string_view names[] = {"Authorization", "Cookie", "Expires"};
  return std::any_of(std::begin(names), std::end(names),
                     [field](std::string_view each) { return text::ascii_iequals(field, each); });
}

}  // namespace

std::optional<UploadService> read_upload_service(const DiscoInfo& info) {
  if (std::find(info.features.begin(), info.features.end(), upload_ns) == info.features.end()) return std::nullopt;
  UploadService service;
  for (const DataForm& form : info.forms) {
    if (form.form_type == upload_ns) service.most_bytes = read_size(form.value("max-file-size"));
  }
  return service;
}

Element make_upload_request(std::string_view service, const UploadRequest& request) {
  Element iq{"iq", ns::component};
  iq.set("type", "get").set("to", service);
  Element& asked = iq.add("request", upload_ns);
  asked.set("filename", request.name).set("size", std::to_string(request.bytes));
  if (!request.media_type.empty()) asked.set("content-type", request.media_type);
  return iq;
}

Result<UploadSlot> read_upload_slot(const Element& iq) {
  const Element* slot = iq.child("slot", upload_ns);
  const Element* put = slot == nullptr ? nullptr : slot->child("put", upload_ns);
  const Element* get = slot == nullptr ? nullptr : slot->child("get", upload_ns);
  if (put == nullptr || get == nullptr || put->get("url").empty() || get->get("url").empty()) {
    return failure(Fault::malformed, "the upload service has answered without an address");
  }
  UploadSlot read{std::string{put->get("url")}, std::string{get->get("url")}, {}};
  for (const Element& header : put->children) {
    if (!header.is("header", upload_ns) || !may_be_asked_for(header.get("name"))) continue;
    std::string value = header.text();
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
    read.fields.emplace_back(header.get("name"), std::move(value));
  }
  return read;
}

UploadRefusal read_upload_refusal(const Element& iq) {
  UploadRefusal refusal{read_error(iq), 0, std::nullopt};
  const Element* error = iq.child("error", iq.ns);
  if (error == nullptr) return refusal;
  if (const Element* too_large = error->child("file-too-large", upload_ns)) {
    refusal.error.fault = Fault::too_long;
    refusal.most_bytes = read_size(too_large->child_text("max-file-size", upload_ns));
  }
  if (const Element* retry = error->child("retry", upload_ns)) {
    refusal.error.fault = Fault::limited;
    refusal.retry_at = read_datetime(retry->get("stamp"));
  }
  return refusal;
}

}  // namespace dragoman::xmpp
