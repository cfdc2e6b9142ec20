#include "backends/webhook/read_postings.hpp"
#include "backends/webhook/request.hpp"

namespace dragoman::backends::webhook {

namespace {

/// Small bodies that have what each product's real ones have.
std::string_view sample_body(Format format) {
  switch (format) {
    case Format::text:
    case Format::ntfy:
      return "The backup of db1 has ended: 42 GiB in 12 minutes.";
    case Format::json:
      return R"({"title":"Backup","text":"The backup of db1 has ended.","level":"info","url":"https://example.org/backups"})";
    case Format::form:
      return "title=Backup&text=The+backup+of+db1+has+ended.";
    case Format::multipart:
      return "--sample\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nThe backup of db1 has "
             "ended.\r\n--sample--\r\n";
    case Format::slack:
      return R"({"username":"deploy","text":"*42* is live: <https://example.org/42|what is new>"})";
    case Format::mattermost:
      return R"({"username":"deploy","text":"**42** is live: [what is new](https://example.org/42) now"})";
    case Format::discord:
      return R"({"username":"deploy","embeds":[{"title":"42 is live","url":"https://example.org/42","color":5763719}]})";
    case Format::alertmanager:
      return R"({"version":"4","groupKey":"{}:{alertname=\"DiskFull\"}","status":"firing","receiver":"hook",
        "groupLabels":{"alertname":"DiskFull"},"commonLabels":{"alertname":"DiskFull","severity":"critical"},
        "commonAnnotations":{},"externalURL":"http://alertmanager.example.org","alerts":[{"status":"firing",
        "labels":{"alertname":"DiskFull","instance":"db1","severity":"critical"},
        "annotations":{"summary":"The disk of db1 is 97 % full"},"startsAt":"2026-11-20T08:15:00Z",
        "endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example.org/graph","fingerprint":"1"}]})";
    case Format::grafana:
      return R"({"receiver":"hook","status":"firing","orgId":1,"groupKey":"{}:{alertname=\"Latency\"}","state":"alerting",
        "title":"[FIRING:1] Latency","commonLabels":{"alertname":"Latency"},"alerts":[{"status":"firing",
        "labels":{"alertname":"Latency"},"annotations":{"summary":"Answers take 2 s"},"values":{"B":2},
        "startsAt":"2026-11-20T08:15:00Z","dashboardURL":"https://grafana.example.org/d/1"}]})";
    case Format::github:
    case Format::forgejo:
      return R"({"ref":"refs/heads/main","compare":"https://git.example.org/tea/pot/compare/1...2","commits":[
        {"id":"5f3b6c1d2e","message":"Warm the pot first","author":{"name":"Alice","username":"alice"}}],
        "repository":{"full_name":"tea/pot"},"sender":{"login":"alice"}})";
    case Format::gitlab:
      return R"({"object_kind":"push","ref":"refs/heads/main","before":"1","after":"2","user_name":"Alice",
        "project":{"path_with_namespace":"tea/pot","web_url":"https://git.example.org/tea/pot"},"commits":[
        {"id":"5f3b6c1d2e","message":"Warm the pot first","author":{"name":"Alice"}}],"total_commits_count":1})";
    case Format::sentry:
      return R"({"action":"triggered","data":{"event":{"title":"KeyError: 'tea'","culprit":"pot.pour","level":"error",
        "web_url":"https://sentry.example.org/issues/1"},"triggered_rule":"Every error"},"actor":{"type":"application"}})";
    case Format::uptime_kuma:
      return R"({"heartbeat":{"monitorID":1,"status":0,"msg":"connect ECONNREFUSED","time":"2026-11-20 08:15:00"},
        "monitor":{"id":1,"name":"Website","url":"https://example.org"},"msg":"[Website] [Down] connect ECONNREFUSED"})";
    case Format::apprise:
      return R"({"version":"1.0","title":"Backup","message":"The backup of db1 has ended.","attachments":[],"type":"success"})";
    case Format::healthchecks:
      return R"({"name":"Backup","status":"down","tags":"db1","last_ping":"2026-11-20T08:15:00Z","code":"sample"})";
    case Format::cloudevents:
      return R"({"specversion":"1.0","type":"org.example.backup.ended","source":"https://example.org/db1","id":"1",
        "data":{"text":"The backup of db1 has ended."}})";
  }
  return "A sample.";
}

}  // namespace

Request sample_request(Format format) {
  Request request;
  request.body = sample_body(format);
  request.content_type = "application/json";
  if (format == Format::text || format == Format::ntfy) request.content_type = "text/plain";
  if (format == Format::form) request.content_type = "application/x-www-form-urlencoded";
  if (format == Format::github) request.headers["x-github-event"] = "push";
  if (format == Format::forgejo) request.headers["x-forgejo-event"] = "push";
  if (format == Format::gitlab) request.headers["x-gitlab-event"] = "Push Hook";
  if (format == Format::ntfy) request.headers["title"] = "Backup";
  if (format == Format::sentry) request.headers["sentry-hook-resource"] = "event_alert";
  request.headers["content-type"] = request.content_type;
  if (format == Format::multipart) {
    request.content_type = "multipart/form-data";
    request.headers["content-type"] = "multipart/form-data; boundary=sample";
  }
  return request;
}

}  // namespace dragoman::backends::webhook
