#pragma once

#include <nlohmann/json_fwd.hpp>

#include "backends/webhook/posting.hpp"

namespace dragoman::backends::webhook {

/// A posting as it is kept: without the bytes of its files, which are attachments by then.
nlohmann::json write_posting(const Posting& posting);
/// What is missing is empty.
Posting read_posting(const nlohmann::json& object);

}  // namespace dragoman::backends::webhook
