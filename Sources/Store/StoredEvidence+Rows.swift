// How rows become messages and transfers.

import Dialects
import GRDB
import Traffic

extension StoredMessage {
    /// Reads a row of `Statements.sessionMessages`.
    init(row: Row) throws {
        self.init(
            id: row["id"],
            message: try Message(row: row),
            reading: try MessageReading(row: row),
            copyOf: row["copy_of"],
            isTransportDuplicate: row["is_transport_duplicate"] ?? false
        )
    }
}

private extension Message {
    init(row: Row) throws {
        self.init(
            recordedAt: Timestamp(nanoseconds: row["recorded_at"]),
            vantage: Vantage(recordingID: row["recording_id"], connection: row["connection_number"]),
            direction: row["is_to_broker"] ? .toBroker : .fromBroker,
            clientID: row["client_id"],
            client: (row["client"] as String?).flatMap(Endpoint.init(text:)),
            topic: row.bytes("topic_bytes"),
            payload: row.bytes("payload"),
            qos: QoS(rawValue: row["qos"]) ?? .atMostOnce,
            isRetained: row["is_retained"],
            isDuplicate: row["is_duplicate"],
            packetID: row["packet_id"]
        )
    }
}

private extension MessageReading {
    init?(row: Row) throws {
        guard let event: UpgradeEvent.Kind = try row.namedIfSet("event") else { return nil }
        self.init(
            dialect: row["dialect"],
            rule: row["rule"] ?? "",
            event: event,
            deviceID: row["device_id"] ?? ""
        )
        commandID = row["command_id"]
        version = row["version"]
        claimedAt = row.timestamp("claimed_at")
        percent = row["percent"]
        downloadedBytes = row["downloaded_bytes"]
        totalBytes = row["total_bytes"]
        bytesPerSecond = row["bytes_per_second"]
        isOK = row["is_ok"]
        code = row["code"]
    }
}

extension StoredTransfer {
    /// Reads a row of `transfer` and the samples that belong to it.
    init(row: Row, in db: Database) throws {
        let id: Int64 = row["id"]
        let statement = try db.cachedStatement(sql: Statements.samples)
        let samples = try Row.fetchAll(statement, arguments: [id]).map { row in
            Transfer.Sample(offset: .nanoseconds(row["offset_ns"] as Int64), bytes: row["cumulative_bytes"])
        }
        var transfer = Transfer(
            exchange: try Exchange(row: row),
            evidence: try row.named("evidence"),
            sha256: row["sha256"],
            md5: row["md5"],
            samples: samples
        )
        transfer.decoding = try row.namedIfSet("decoding")
        transfer.decodedBytes = row["decoded_bytes"]
        transfer.decodedSHA256 = row["decoded_sha256"]
        transfer.decodedMD5 = row["decoded_md5"]
        transfer.assembly = try DownloadAssembly(row: row)
        self.init(
            id: id,
            recordingID: row["recording_id"],
            transfer: transfer,
            sessionID: row["session_id"],
            copyOf: row["copy_of"]
        )
    }
}

private extension DownloadAssembly {
    /// The numbers of redirecting exchanges are not stored: rows have ids of their own.
    init?(row: Row) throws {
        guard let number: Int = row["assembly"], let startedAt = row.timestamp("assembly_started_at") else {
            return nil
        }
        self.init(number: number, at: startedAt)
        exchanges = row["assembly_exchanges"]
        connections = row["assembly_connections"]
        ignoredRanges = row["assembly_ignored_ranges"]
        totalBytes = row["assembly_total_bytes"]
        coveredBytes = row["assembly_covered_bytes"]
        receivedBytes = row["assembly_received_bytes"]
        endedAt = row.timestamp("assembly_ended_at") ?? startedAt
        digesting = try row.named("assembly_digesting")
        sha256 = row["assembly_sha256"]
        md5 = row["assembly_md5"]
    }
}

private extension Exchange {
    init(row: Row) throws {
        let unknown = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
        self.init(
            client: Endpoint(text: row["client"]) ?? unknown,
            server: Endpoint(text: row["server"]) ?? unknown,
            method: row["method"],
            host: row["host"],
            target: row["target"],
            range: row["range"],
            requestedAt: Timestamp(nanoseconds: row["started_at"])
        )
        status = row["status"]
        contentLength = row["content_length"]
        contentRange = row["content_range"]
        location = row["location"]
        contentEncoding = row["content_encoding"]
        respondedAt = row.timestamp("responded_at")
        bodyBytes = row["body_bytes"]
        missingBytes = row["missing_bytes"]
        endedAt = Timestamp(nanoseconds: row["ended_at"])
        end = try row.named("end")
    }
}
