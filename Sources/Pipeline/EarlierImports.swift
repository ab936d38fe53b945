// Captures imported before that a file continues, or that continue it.

import Store
import Traffic

/// Finds recordings in the store that are one stream with a file, as long as their own files are where they were.
///
/// What a decoder knows in the middle of a connection is not stored, and a digest cannot be taken up again: such
/// recordings are read again together with the file.
struct EarlierImports {
    /// Captured bytes beyond which a recording is not read again; then a download across the seam stays two parts.
    private static let byteLimit: Int64 = 4 << 30

    let store: UpgradeStore
    let limits: ReadingLimits

    /// The recording that a file continues; `nil` when there is none.
    func recording(continuedBy path: String, beginning start: Timestamp) throws -> FileRecording? {
        let ends =
            start.advanced(
                by: .zero - CaptureReading.longestPause
            )...start.advanced(by: CaptureReading.overlap)
        let never = Timestamp(nanoseconds: .max)...Timestamp(nanoseconds: .max)
        let before = try store.fileRecordings(ending: ends, beginning: never).before
        return before.last { isWhole($0) && isContinued($0, by: path) }
    }

    /// The recordings that may continue a capture that ends then.
    func recordings(after end: Timestamp) throws -> [FileRecording] {
        let begins =
            end.advanced(by: .zero - CaptureReading.overlap)...end.advanced(by: CaptureReading.longestPause)
        let never = Timestamp(nanoseconds: .min)...Timestamp(nanoseconds: .min)
        return try store.fileRecordings(ending: never, beginning: begins).after.filter(isWhole)
    }

    /// Whether all files are there as they were.
    private func isWhole(_ recording: FileRecording) -> Bool {
        recording.bytes <= Self.byteLimit
            && recording.files.allSatisfy { file in (try? FileDigest.sha256(path: file.path)) == file.sha256 }
    }

    private func isContinued(_ recording: FileRecording, by path: String) -> Bool {
        guard let first = recording.files.first,
            var capture = try? CaptureReading(path: first.path, limits: limits)
        else { return false }
        var nothing = Unheard()
        for file in recording.files.dropFirst() {
            while capture.read(4_096, into: &nothing) {}
            guard (try? capture.goOn(with: file.path)) != nil else { return false }
        }
        while capture.read(4_096, into: &nothing) {}
        return capture.isContinued(by: path)
    }
}
