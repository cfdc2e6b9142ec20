#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

namespace dragoman::backends::webhook::formats {

/// Apprise's XML (plugins/custom_xml.py), a <Notification> in a SOAP envelope, as the object that its JSON has:
/// version, title, message, type, attachments. Other elements are fields of their own names. Fault::malformed: not XML,
/// a document type, more than 64 levels or 10,000 elements.
Result<nlohmann::json> read_apprise_xml(std::string_view xml);

}  // namespace dragoman::backends::webhook::formats
