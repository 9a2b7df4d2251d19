// model profile: the reference profile of a model, from images or from rows of numbers, through the code that runs on the device; or, without a model, of lists,
// sounds and embeddings as the program logs them.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { type Pipeline, parsePipeline } from '@holdfast/pipeline';
import type { Model } from '@holdfast/serving';
import { type ReferenceProfile, parseProfile } from '@holdfast/stats';
import { fileSize, readText, writeWhole } from '../files.ts';
import { printOne } from '../output.ts';
import { outputOf } from '../settings.ts';
import { anyNumber, verb, wholeNumber } from '../verb.ts';
import { type Described, type Places, collectPlace, readDescribed } from './described.ts';
import { readImages } from './images.ts';
import { labelsOf, readLabels } from './labels.ts';
import { no_lists, profileLists, readLists, withDescribed } from './lists.ts';
import { moreOf } from './more.ts';
import { readTable } from './table.ts';

interface ProfileOptions {
  readonly pipeline?: string;
  readonly images?: string;
  readonly csv?: string;
  readonly classes?: string;
  readonly labels?: string;
  readonly label?: string;
  readonly categories?: string;
  readonly texts?: string;
  readonly audio?: Places;
  readonly embeddings?: Places;
  readonly ordered?: true;
  readonly tolerance?: number;
  readonly bins?: number;
  readonly output: string;
}

export function addProfile(noun: Command): void {
  const says = 'make the reference profile of a model: what its inputs and outputs look like where it is known to work';
  verb(noun, 'profile [file]', says, 'model profile parts.onnx --pipeline pipeline.json --csv good.csv --classes small,large -o profile.json')
    .option('--pipeline <file>', 'the pipeline JSON; not needed where [file] is a reference of lists in JSON: {"temperature": [20.1, 20.4]}')
    .option('--images <place>', 'a folder of PNG, PGM or PPM files (each folder inside is a condition), or an IDX or NPY file')
    .option('--csv <file>', 'rows of numbers: the first line names the inputs, as the program logs them')
    .option('--classes <names>', 'names of the classes, such as small,large; without it their numbers')
    .option('--labels <file>', 'the true class of each image: an IDX file, or one name or number a line; makes the calibration table')
    .option('--label <column>', 'the column of the CSV file that holds the true class')
    .option('--categories <columns>', 'columns of the CSV file whose values are words, which the program logs and the model does not take')
    .option('--texts <columns>', 'columns of the CSV file that hold texts: they are described by a few numbers, as the SDKs do it')
    .option('--audio <name=place>', 'sounds that the program logs: a folder of WAV files, or a list of their paths; may be given again', collectPlace)
    .option('--embeddings <name=file>', 'embeddings that the program logs: an NPY file of floats, a row each; may be given again', collectPlace)
    .option('--ordered', 'the rows are in the order of time: the profile then knows how far neighbours depend')
    .option('--tolerance <n>', 'how far from the reference is no drift: a shift of about so many standard deviations (0.05)', anyNumber(0, 10))
    .option('--bins <n>', 'bins of each feature', wholeNumber(2, 1_000))
    .requiredOption('-o, --output <file>', 'where the profile is written')
    .action(profile);
}

/** What an option is of: where that is not given, the option would be for nothing. */
function checkBelonging(options: ProfileOptions): void {
  const of_csv = (['label', 'categories', 'texts'] as const).filter((name) => options.csv === undefined && options[name] !== undefined);
  const of_images = (['labels'] as const).filter((name) => options.images === undefined && options[name] !== undefined);
  const of_no_image = (['audio', 'embeddings'] as const).filter((name) => options.images !== undefined && options[name] !== undefined);
  const of_model = (['classes'] as const).filter((name) => isOfLists(options) && options[name] !== undefined);
  const refuse = (name: string | undefined, what: string) => {
    if (name !== undefined) throw failure('HF-CLI-008', { saw: `--${name} without ${what}`, expected: `--${name} with ${what}`, help: 'model profile --help' });
  };
  refuse(of_csv[0], '--csv');
  refuse(of_images[0], '--images');
  refuse(of_model[0], 'a model: a reference of lists has no classes');
  if (of_no_image.length > 0)
    throw failure('HF-CLI-008', { saw: `--${of_no_image[0]} with --images`, expected: 'it alone, with lists, or with --csv', help: 'model profile --help' });
}

const isOfLists = ({ pipeline, images, csv }: ProfileOptions): boolean => pipeline === undefined && images === undefined && csv === undefined;

async function profile(file: string | undefined, options: ProfileOptions, command: Command): Promise<void> {
  checkBelonging(options);
  if (isOfLists(options)) return profileOfLists(file, options, command);
  const { images, csv } = options;
  if ((images === undefined) === (csv === undefined))
    throw failure('HF-CLI-008', { saw: images === undefined ? 'neither' : 'both', expected: 'one of --images and --csv', help: 'model profile --help' });
  if (options.pipeline === undefined || file === undefined)
    throw failure('HF-CLI-008', { saw: file === undefined ? 'no model' : 'no --pipeline', expected: 'a model and its pipeline', help: 'model profile --help' });
  await fileSize(file);
  const pipeline = parsePipeline(await readText(options.pipeline));
  const { openModel } = await import('@holdfast/serving'); // onnxruntime: 100 ms that no other command needs
  const model = await openModel(file);
  try {
    const made = await (csv === undefined ? ofImages(model, pipeline, images!, options) : ofTable(model, pipeline, csv, options));
    await write(made, options, command);
  } finally {
    await model.close();
  }
}

/** A reference of lists needs no model: its values are what the program logs. */
async function profileOfLists(file: string | undefined, options: ProfileOptions, command: Command): Promise<void> {
  const described = await readDescribed(options);
  if (file === undefined && described.sounds.length + described.embeddings.length === 0)
    throw failure('HF-CLI-008', { saw: 'no file', expected: 'a model, a reference of lists, --audio or --embeddings', help: 'model profile --help' });
  const lists = withDescribed(file === undefined ? no_lists : await readLists(file), described);
  await write(profileLists(lists, { ...given(options), ...timeOf(options), ...conditionsIn(file, described) }), options, command);
}

/** Lists in a file are in no folder. */
const conditionsIn = (file: string | undefined, { conditions }: Described) => (conditions === null || file !== undefined ? {} : { conditions });

/** Nothing is written that no device would read, such as a profile with two features of one name: HF-STAT-004. */
async function write(made: ReferenceProfile, { output }: ProfileOptions, command: Command): Promise<void> {
  const text = `${JSON.stringify(made)}\n`;
  parseProfile(text);
  await writeWhole(output, text);
  const shown = {
    file: output,
    inferences: made.n,
    features: made.features.map((f) => f.name),
    classes: made.classes.names,
    conditions: made.conditions ?? [],
    labelled: made.calibration?.counts.reduce((sum, count) => sum + count, 0) ?? 0,
  };
  printOne(shown, outputOf(command));
}

const given = ({ bins }: ProfileOptions) => (bins === undefined ? {} : { bins });
const timeOf = ({ ordered, tolerance }: ProfileOptions) => ({
  ...(ordered === undefined ? {} : { is_ordered: ordered }),
  ...(tolerance === undefined ? {} : { tolerance }),
});
const listed = (columns: string | undefined): string[] => columns?.split(',') ?? [];
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

async function ofImages(model: Model, pipeline: Pipeline, place: string, options: ProfileOptions) {
  const { makeClassifier, profileModel } = await import('@holdfast/serving');
  const { images, conditions } = await readImages(place);
  const class_names = options.classes?.split(',') ?? numbered((await makeClassifier(model, pipeline)(images[0]!)).scores.length);
  const labels = options.labels === undefined ? {} : { labels: await readLabels(options.labels, class_names, images.length) };
  return (await profileModel({ model, pipeline, images, class_names, ...labels, ...(conditions ? { conditions } : {}), ...given(options), ...timeOf(options) }))
    .profile;
}

async function ofTable(model: Model, pipeline: Pipeline, csv: string, options: ProfileOptions) {
  const { profileTable } = await import('@holdfast/serving');
  const [categories, described] = [listed(options.categories), listed(options.texts)];
  const described_files = await readDescribed(options);
  const { inputs, rows, texts } = await readTable(csv, [...(options.label === undefined ? [] : [options.label]), ...categories, ...described]);
  const outputs = async () => (await model.run({ shape: [inputs.length], values: Float32Array.from(rows[0]!) })).values.length;
  const class_names = options.classes?.split(',') ?? numbered(await outputs());
  const labels = options.label === undefined ? {} : { labels: labelsOf(csv, texts.get(options.label)!, class_names) };
  return profileTable({
    model,
    pipeline,
    inputs,
    rows,
    class_names,
    ...labels,
    more: { ...moreOf(texts, { categories, described }, described_files, rows.length), ...timeOf(options) },
    ...given(options),
  });
}
