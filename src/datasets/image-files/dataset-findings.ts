import type { DatasetNote } from '../../domain/dataset-notes';
import type { ImageFindings } from '../../images/image-findings';
import { imageReading } from '../../domain/reading';
import type { ReadingChoice } from '../../domain/reading';
import {
  customaryRange,
  isSameRange,
  joinValues,
  ownRange,
  rangeSetting,
  showValue,
} from '../../images/value-range';
import type { StoredValues, ValueRange } from '../../images/value-range';

const BYTES: ValueRange = [0, 255];

/**
 * What the usable images of a dataset tell about all of it, and what that decides: the range of the stored values, and the
 * background below transparent pixels. Only sums over all images, added in their order, so nothing depends on threads.
 */
export class DatasetFindings {
  private images = 0;
  /** Images of more than 8 bits a value, and those among them of floating-point numbers. */
  private deep = 0;
  private floats = 0;
  private deepValues: StoredValues | null = null;
  /** Range of the types of these images; null if they differ. */
  private ownRange: ValueRange | null = null;
  /** Images of 8 bits that have no value above 1, and the greatest of their values. */
  private dark = 0;
  private darkest = 0;
  /** Images with transparent pixels; those that show nothing; sum of the others' brightness. */
  private transparent = 0;
  private invisible = 0;
  private brightness = 0;

  /** Adds the findings of the next usable image. */
  add({ values, drawing }: ImageFindings): void {
    this.images++;
    if (values?.isDeep) {
      this.ownRange = this.deep === 0 || isSameRange(this.ownRange, values.own) ? values.own : null;
      this.deep++;
      this.floats += Number(values.areFloats);
      this.deepValues = joinValues(this.deepValues, values);
    } else if (values) {
      this.dark++;
      this.darkest = Math.max(this.darkest, values.greatest);
    }
    if (drawing === null) return;
    this.transparent++;
    if (drawing < 0) this.invisible++;
    else this.brightness += drawing;
  }

  /** Returns the choices that are open and that the images decide. */
  found(chosen: ReadingChoice): ReadingChoice {
    const range = chosen.range ?? this.range();
    const background = chosen.background ?? this.background();
    return {
      ...(chosen.range || !range ? {} : { range }),
      ...(chosen.background !== undefined || background === undefined ? {} : { background }),
    };
  }

  /** Whether a reading gives other pixels than the one by which the images were decoded. */
  changesPixels(before: ReadingChoice, after: ReadingChoice): boolean {
    const [was, is] = [imageReading(before), imageReading(after)];
    if (was.background !== is.background) return true;
    if (!is.range) return was.range !== null;
    return !isSameRange(was.range ?? (this.dark === 0 ? this.ownRange : null), is.range);
  }

  /** One range for all images with more than 8 bits, or [0, 1] for truth values in 8 bits; undefined for other bytes. */
  private range(): ValueRange | undefined {
    const { deepValues: values } = this;
    const others = this.images - this.deep;
    if (!values) return this.dark === others && this.darkest === 1 ? [0, 1] : undefined;
    if (others === this.dark) {
      const all = others === 0 ? values : joinValues(values, { ...values, least: 0, greatest: this.darkest });
      return customaryRange(all) ?? ownRange(all);
    }
    const range = customaryRange(values) ?? ownRange(values);
    // Bytes among them are not scaled, so that 0 to 1 would make the others brighter than they are.
    return values.areFloats ? range : [range[0], Math.max(range[1], BYTES[1])];
  }

  /** The background with more contrast to the mean drawing; undefined if all images are opaque. */
  private background(): string | undefined {
    if (this.transparent === 0) return undefined;
    const drawn = this.transparent - this.invisible;
    return drawn > 0 && this.brightness / drawn > 127.5 ? 'black' : 'white';
  }

  notes(chosen: ReadingChoice, found: ReadingChoice): DatasetNote[] {
    return [...this.rangeNotes(chosen, found), ...this.backgroundNotes(chosen, found)];
  }

  private rangeNotes(chosen: ReadingChoice, found: ReadingChoice): DatasetNote[] {
    const range = chosen.range ?? found.range;
    if (!range) return [];
    const levels = `${showValue(range[0])} is black and ${showValue(range[1])} white`;
    const why = chosen.range ? 'as chosen' : 'data.range=LOW,HIGH changes this';
    const note = (text: string, level: DatasetNote['level'] = 'info'): DatasetNote => ({
      ...{ subject: 'values', level, text },
    });
    const { deepValues, deep, floats, images } = this;
    if (!deepValues) {
      if (chosen.range) return [note(`of values of 8 bits, ${levels}, ${why}`)];
      return [
        note(
          `all values of 8 bits are 0 or 1, read as truth values: ${levels}; ${rangeSetting(BYTES)} reads them as they are`,
        ),
      ];
    }
    const which = deep === images ? 'the images' : `${deep} of ${images} images`;
    const numbers = floats === 0 ? 'whole numbers' : 'floating-point numbers';
    const extent = `from ${showValue(deepValues.least)} to ${showValue(deepValues.greatest)}`;
    const notes = [
      note(`${which} store ${numbers} ${extent} in more than 8 bits: ${levels} in all of them (${why})`),
    ];
    if (floats > 0 && floats < deep) {
      const got = `${floats} images store floating-point numbers and ${deep - floats} whole ones`;
      notes.push(note(`${got}, and one range is used for both: save them as one type`, 'warning'));
    }
    return notes;
  }

  private backgroundNotes(chosen: ReadingChoice, found: ReadingChoice): DatasetNote[] {
    const { transparent, invisible, images } = this;
    if (transparent === 0) return [];
    const note = (text: string, level: DatasetNote['level'] = 'info'): DatasetNote => ({
      ...{ subject: 'background', level, text },
    });
    const which = transparent === images ? 'all images' : `${transparent} of ${images} images`;
    const drawings = found.background === 'black' ? 'what they show is light' : 'what they show is dark';
    const why =
      chosen.background !== undefined ? 'as chosen' : `since ${drawings}; data.background changes this`;
    const background = chosen.background ?? found.background;
    const shown = note(`${which} are transparent in places, and are put on ${background}, ${why}`);
    if (invisible <= images / 2) return [shown];
    const nothing = `${invisible} of ${images} images are transparent everywhere: they show nothing`;
    return [...(invisible < images ? [shown] : []), note(nothing, 'warning')];
  }
}
