// `doctor`: whether a store and what surrounds it are fit for recording, and what can be put in order.

public import Dialects
import Foundation
import Sessions
public import Store
import Traffic

/// Examines a store, its spools, its disk and the broker's settings, and repairs what is safe to repair.
public struct Doctor: Sendable {
    private let path: String
    private let isThorough: Bool
    private let mosquittoFolder: String

    /// Who looks at the store at `path`.
    ///
    /// - Parameters:
    ///   - path: The store's file.
    ///   - isThorough: Whether indexes, references and the messages' times are looked at too.
    ///   - mosquittoFolder: Where this machine's broker has its settings.
    public init(path: String, isThorough: Bool = true, mosquittoFolder: String = "/etc/mosquitto") {
        self.path = path
        self.isThorough = isThorough
        self.mosquittoFolder = mosquittoFolder
    }

    /// Looks at everything and changes nothing; works beside a running recorder and on damaged files.
    ///
    /// - Throws: `.missing` where there is no file; whatever else is wrong is in the result.
    public func examine() async throws -> [HealthCheck] {
        try await look().checks
    }

    /// Puts in order what can be put in order without losing anything, and looks again.
    ///
    /// Ends interrupted recordings and takes in what their spools hold, derives the sessions of imports that were cut off,
    /// brings an older schema up to date, empties the
    /// write-ahead log into the file, has SQLite learn what the tables hold, takes the files away from other users'
    /// eyes, removes empty spool folders. A file that is damaged, another program's or a newer version's stays as it is.
    /// - Returns: what was repaired, then everything as it is now.
    /// - Throws: `.impossible` while a process records into the store; what the store throws.
    public func repair(reading dialects: DialectSet) async throws -> [HealthCheck] {
        let before = try await look()
        guard !before.isRecording else {
            throw RunError(
                .impossible,
                "Another process records or imports into this store; --repair waits for nobody: end it, or wait."
            )
        }
        guard before.isSound else {
            let refusal = HealthCheck("repair", .error, "nothing was changed: the file itself is at fault")
            return [refusal] + before.checks
        }
        let privacy = FilePrivacy(ofStoreAt: path)
        var done: [HealthCheck] = []
        if let repaired = privacy.repair() { done.append(repaired) }
        done += try await finishRecordings(before, reading: dialects)
        return done + (try await look()).checks
    }

    private struct Look {
        var checks: [HealthCheck]
        var recordings: [ExaminedRecording]
        var isSound: Bool
        var isRecording: Bool
        var logBytes: Int64
    }

    private func look() async throws -> Look {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(
                .missing,
                "There is no store at \(path); name one with --store or OTATAPE_STORE"
            )
        }
        let isRecording = RecorderLock.isHeld(besideStoreAt: path)
        // Looking makes an empty log where there is none, so its size comes first.
        let log = WriteAheadLog(ofStoreAt: path)
        let examination = StoreExamination(
            StoreExamination.Request(
                path: path,
                isRecording: isRecording,
                isThorough: isThorough,
                now: .now()
            )
        )
        let recordings = examination.recordings ?? []
        var checks = examination.checks
        checks.append(log.check(isRecording: isRecording))
        checks.append(
            await SpoolSurvey(storePath: path, recordings: recordings).check(isRecording: isRecording)
        )
        checks.append(
            PacketSpoolSurvey(storePath: path, recordings: recordings).check(isRecording: isRecording)
        )
        checks.append(FreeSpace(besideStoreAt: path).check)
        checks.append(FilePrivacy(ofStoreAt: path).check)
        checks.append(BrokerSettings(folder: mosquittoFolder).check(for: recordings))
        return Look(
            checks: checks,
            recordings: recordings,
            isSound: examination.isSound,
            isRecording: isRecording,
            logBytes: log.byteCount
        )
    }

    private func finishRecordings(
        _ before: Look,
        reading dialects: DialectSet
    ) async throws -> [HealthCheck] {
        let store = try UpgradeStore.open(path: path, .existing)
        defer { try? store.close() }
        var done: [HealthCheck] = []
        if before.checks.contains(where: { $0.name == "schema" && $0.grade == .warning }) {
            done.append(HealthCheck("schema", .repaired, "brought up to date"))
        }
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        let running = before.recordings.count { $0.state == "running" }
        if running > 0 {
            done.append(HealthCheck("recordings", .repaired, "\(running) ended as interrupted"))
        }
        let taken = try await SpoolRecovery.run(store, dialects: dialects)
        if taken.deliveries > 0 {
            done.append(HealthCheck("spool", .repaired, "\(taken.deliveries) deliveries taken in"))
        }
        if taken.packets > 0 {
            done.append(HealthCheck("packets", .repaired, "\(taken.packets) sniffed packets taken in"))
        }
        let due = try store.recordingsWithoutSessions()
        if !due.isEmpty {
            try Rederivation.run(store, dialects: dialects)
            done.append(HealthCheck("sessions", .repaired, "derived from all evidence"))
        }
        SpoolFolders.removeEmpty(beside: store)
        // What a killed recorder said last of itself.
        StatusFile(ofStoreAt: path).remove()
        try store.tidy()
        if before.logBytes > 0 {
            done.append(HealthCheck("log", .repaired, "\(before.logBytes) bytes copied into the file"))
        }
        return done
    }
}
