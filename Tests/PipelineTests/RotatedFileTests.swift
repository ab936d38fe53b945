// How often files are opened to find out which of them continue one another.

import Foundation
import Glibc
import Pipeline
import Store
import TestSupport
import Testing

struct RotatedFileTests {
    /// Counts how often files of a folder are opened. inotify(7)
    private final class OpenCount {
        private let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))

        init(of folder: URL) {
            #expect(inotify_add_watch(descriptor, folder.path, UInt32(IN_OPEN)) >= 0)
        }

        deinit { close(descriptor) }

        /// Openings of captures since this was last called.
        func take() -> Int {
            var count = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let length = read(descriptor, &buffer, buffer.count)
                guard length > 0 else { return count }
                var offset = 0
                while offset < length {
                    // struct inotify_event: wd, mask, cookie, len, name[len].
                    let nameLength = buffer[(offset + 12)...].prefix(4).reversed().reduce(0) {
                        $0 << 8 | Int($1)
                    }
                    let name = buffer[(offset + 16)...].prefix(nameLength)
                    if String(decoding: name, as: UTF8.self).contains(".pcap") { count += 1 }
                    offset += 16 + nameLength
                }
            }
        }
    }

    /// Opens for an import of so many pieces of a capture, all of them or every other one.
    private func opens(pieces count: Int, isTorn: Bool) async throws -> (opens: Int, recordings: Int) {
        let folder = try ScratchFolder()
        let capture = try CapturePieces(Fixtures.captures.appending(path: "jetlinks-success.pcap"))
        let total = isTorn ? 2 * count : count
        let cuts = (1..<total).map { capture.packets.count * $0 / total }
        let all = try capture.write(cutAt: cuts, to: folder.url, named: "piece")
        let files = all.enumerated().filter { !isTorn || $0.offset.isMultiple(of: 2) }.map(\.element)
        try #require(files.count == count)
        let imported = try await ImportedStore([])
        let counter = OpenCount(of: folder.url)
        let importer = CaptureImport(store: imported.store, dialects: try BuiltInDialects.load())
        var series = CaptureSeries(files.map(\.path))
        var made: Set<Int64> = []
        while let path = series.takeFirst() {
            let candidates = series.likely(after: path)
            let summary = try await importer.run(path: path, continuedBy: candidates, besides: made) { _ in }
            made.insert(summary.recordingID)
            series.remove(summary.paths.filter { $0 != path })
        }
        return (counter.take(), try imported.store.recordings().count)
    }

    @Test(arguments: [false, true])
    func `opens each file so many times, however many there are`(isTorn: Bool) async throws {
        let few = try await opens(pieces: 8, isTorn: isTorn)
        #expect(isTorn ? few.recordings > 4 : few.recordings == 1)
        let many = try await opens(pieces: 48, isTorn: isTorn)
        #expect(few.opens >= 8 && many.opens >= 48)
        #expect(many.opens <= 48 * 16, "\(few.opens) for 8, \(many.opens) for 48")
    }
}
