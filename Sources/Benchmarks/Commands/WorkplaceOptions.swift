// The options that say what is measured, and where it may write.

import ArgumentParser

struct WorkplaceOptions: ParsableArguments {
    @Option(help: "The program to measure, a release build.")
    var otatape = ".build/release/otatape"

    @Option(help: "Where captures and stores may lie meanwhile; on the disk to be measured.")
    var folder = ".build/bench"

    /// The place that the options describe.
    func open() throws -> Workplace {
        try Workplace(otatape: otatape, folder: folder)
    }
}
