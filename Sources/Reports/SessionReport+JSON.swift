// One session for programs.

import Sessions
import Store
import Traffic

extension SessionReport {
    /// The session, its findings and its timeline as one JSON object on one line; times in nanoseconds.
    public var json: String {
        let session = stored.session
        let object: [(String, JSONValue)] =
            [("id", .integer(stored.id))] + identity(session) + pruning + family.fields
            + claims(session) + measurements(session) + [
                ("facts", DerivedFacts(session).json),
                ("anomalies", .array(session.anomalies.map(finding))),
                ("timeline", .array(timeline.map(line))),
            ]
        return JSONValue.object(object).text + "\n"
    }

    /// Since when evidence is there, where some of it is gone.
    private var pruning: [(String, JSONValue)] {
        stored.prunedBefore.map { [("pruned_before", .optional($0))] } ?? []
    }

    private func captured(_ text: String?) -> JSONValue {
        .optional(text.map { showSecrets ? $0 : Secrets.masked($0) })
    }

    private func identity(_ session: Session) -> [(String, JSONValue)] {
        [
            ("dialect", .string(session.key.dialect)),
            ("product_id", captured(session.key.productID)),
            ("device_id", captured(session.key.deviceID)),
            ("gateway_id", captured(session.gatewayID)),
            ("command_id", captured(session.commandID)),
            ("attempt", .integer(Int64(session.key.attempt))),
            ("firmware_id", captured(session.firmwareID)),
            ("from_version", captured(session.fromVersion)),
            ("to_version", captured(session.toVersion)),
            ("url", captured(session.url)),
            ("size_bytes", .optional(session.sizeBytes)),
            ("state", .string(session.state.rawValue)),
            ("outcome", .string(session.outcome.rawValue)),
            ("failure_class", .optional(stored.failureClassText)),
            ("failure_source", .optional(session.failureSource?.rawValue)),
            ("doubt", .optional(stored.doubtText)),
            ("failure_evidence", captured(session.failureEvidence)),
            ("failure_messages", .array(session.failureMessageIDs.map(JSONValue.integer))),
            ("failure_transfers", .array(session.failureTransferIDs.map(JSONValue.integer))),
            ("offered_at", .optional(session.offeredAt)),
            ("ended_at", .optional(session.endedAt)),
            ("first_seen_at", .optional(session.firstSeenAt)),
            ("last_seen_at", .optional(session.lastSeenAt)),
            ("head_seen", .boolean(session.isHeadSeen)),
            ("tail_seen", .boolean(session.isTailSeen)),
        ]
    }

    private func claims(_ session: Session) -> [(String, JSONValue)] {
        [
            ("claimed_percent", .optional(session.claimedPercent)),
            ("claimed_bytes", .optional(session.claimedBytes)),
            ("claimed_bytes_per_second", .optional(session.claimedBytesPerSecond)),
            ("claimed_duration_ms", .optional(session.claimedDuration?.milliseconds)),
            ("claimed_code", captured(session.claimedCode)),
            ("claimed_reason", captured(session.claimedReason)),
        ]
    }

    private func measurements(_ session: Session) -> [(String, JSONValue)] {
        [
            ("measured_status", .optional(session.measuredStatus)),
            ("measured_bytes", .optional(session.measuredBytes)),
            ("measured_duration_ms", .optional(session.measuredDuration?.milliseconds)),
            ("measured_bytes_per_second", .optional(session.measuredRate)),
            ("measured_sha256", .optional(session.measuredSHA256)),
            ("measured_digest_matches", session.isDigestMatching.map(JSONValue.boolean) ?? .null),
            ("measured_over", .optional(session.carrier?.rawValue)),
            ("transfer_count", .integer(Int64(session.transferCount))),
            ("chunk_count", .integer(Int64(session.chunkCount))),
        ]
    }

    private func finding(_ anomaly: Anomaly) -> JSONValue {
        .object([
            ("code", .string(anomaly.code.rawValue)),
            ("severity", .string(anomaly.severity.rawValue)),
            ("at", .optional(anomaly.at)),
            ("text", captured(anomaly.text)),
            ("message_ids", .array(anomaly.messageIDs.map { .integer($0) })),
            ("transfer_ids", .array(anomaly.transferIDs.map { .integer($0) })),
        ])
    }

    private func line(_ entry: TimelineEntry) -> JSONValue {
        .object([
            ("at", .optional(entry.at)),
            ("lane", .string(entry.lane.rawValue)),
            ("what", .string(entry.what)),
            ("text", captured(entry.text)),
            ("sources", .string(entry.sourceText)),
            ("is_transport_duplicate", .boolean(entry.isTransportDuplicate)),
        ])
    }
}
