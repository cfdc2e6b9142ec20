#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/formats/payload.hpp"
#include "backends/webhook/formats/prose.hpp"
#include "backends/webhook/posting.hpp"
#include "backends/webhook/read_postings.hpp"
#include "base/result.hpp"

// One reader a format, each in the file of its name. They say what is told; what all postings have in common (limits,
// names that are fit to be shown) is read_postings()'.
namespace dragoman::backends::webhook::formats {

/// What a reader gets.
struct Reading {
  const Request& request;
  const Payload& payload;
  const Options& options;
};
using Postings = std::vector<Posting>;

Result<Postings> read_text(const Reading& in);
Result<Postings> read_generic(const Reading& in);
Result<Postings> read_slack(const Reading& in);
Result<Postings> read_mattermost(const Reading& in);
Result<Postings> read_discord(const Reading& in);
Result<Postings> read_alertmanager(const Reading& in);
Result<Postings> read_grafana(const Reading& in);
Result<Postings> read_github(const Reading& in);
Result<Postings> read_gitlab(const Reading& in);
Result<Postings> read_forgejo(const Reading& in);
Result<Postings> read_sentry(const Reading& in);
Result<Postings> read_uptime_kuma(const Reading& in);
Result<Postings> read_ntfy(const Reading& in);
Result<Postings> read_apprise(const Reading& in);
Result<Postings> read_healthchecks(const Reading& in);
Result<Postings> read_cloudevents(const Reading& in);

/// What a body looks like when no header says it.
Format shape_of(const Payload& payload);
Format detect_format(const Request& request, const Payload& payload);

/// The refusal of what has no words in it.
Error nothing_to_say(std::string_view what);
/// Any JSON, for people: a block of at most 2 kB.
void add_json(Prose& prose, const nlohmann::json& value);
/// "error", "critical", "danger", "warn", "failure", "ok"... as products write it.
Level level_of(std::string_view word, Level otherwise = Level::info);
/// What a colour 0xRRGGBB says: red is bad, yellow and orange a warning, green good.
Level level_of_colour(std::uint32_t rgb);
/// A file that stands in a JSON as base64; false: it is not that.
bool add_base64_file(Posting& posting, std::string_view name, std::string_view media_type, std::string_view base64);

}  // namespace dragoman::backends::webhook::formats
