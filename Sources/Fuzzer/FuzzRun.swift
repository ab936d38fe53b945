// Runs one fuzz target under libFuzzer. https://llvm.org/docs/LibFuzzer.html

import Fuzzing
import Glibc

/// libFuzzer's own main.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzRun.test(UnsafeBufferPointer(start: start, count: count))
}

/// `OTATAPE_FUZZ=mqtt Fuzzer [libFuzzer's options]`, or `Fuzzer --seeds FOLDER CAPTURE…`, which writes the first inputs.
@main
enum FuzzRun {
    private static let target = getenv("OTATAPE_FUZZ").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

    static func main() {
        guard target != nil else {
            say("OTATAPE_FUZZ must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
            exit(64)
        }
        if CommandLine.arguments.dropFirst().first == "--seeds", CommandLine.arguments.count > 2 {
            return writeSeeds(CommandLine.arguments[2], captures: Array(CommandLine.arguments.dropFirst(3)))
        }
        var count = CommandLine.argc
        var words = CommandLine.unsafeArgv
        exit(runDriver(&count, &words, testOneInput))
    }

    static func test(_ input: UnsafeBufferPointer<UInt8>) -> CInt {
        do throws(Finding) {
            try target?.check(Array(input))
            return 0
        } catch {
            say("FINDING: \(error)")
            abort()
        }
    }

    private static func writeSeeds(_ folder: String, captures: [String]) {
        for (index, seed) in (target?.seeds(from: captures) ?? []).enumerated() {
            guard let file = fopen("\(folder)/seed-\(index)", "w") else {
                say("cannot write to \(folder)")
                exit(1)
            }
            fwrite(seed, 1, seed.count, file)
            fclose(file)
        }
    }

    private static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
