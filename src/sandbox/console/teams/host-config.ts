const font = '"Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", Arial, sans-serif';

/** How the renderer spaces and colours cards, measured by eye on Teams; light and dark. */
export function hostConfig(dark: boolean): object {
  const text = dark ? darkText : lightText;
  const borderColor = dark ? '#3d3d3d' : '#e1e1e1';
  const style = (backgroundColor: string) => ({ backgroundColor, borderColor, foregroundColors: text });
  return {
    fontFamily: font,
    supportsInteractivity: true,
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
    separator: { lineThickness: 1, lineColor: dark ? '#3d3d3d' : '#e1e1e1' },
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    imageSizes: { small: 32, medium: 52, large: 100 },
    containerStyles: {
      default: style(dark ? '#292929' : '#ffffff'),
      emphasis: style(dark ? '#1f1f1f' : '#f5f5f5'),
      accent: style(dark ? '#2f2f4a' : '#e8ebfa'),
      good: style(dark ? '#1b3a22' : '#e7f2da'),
      warning: style(dark ? '#463100' : '#fbf3d9'),
      attention: style(dark ? '#47191f' : '#fcf4f6'),
    },
    actions: {
      maxActions: 6,
      spacing: 'default',
      buttonSpacing: 8,
      showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
      preExpandSingleShowCardAction: false,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
    },
    adaptiveCard: { allowCustomStyle: true },
    inputs: {
      label: {
        inputSpacing: 'small',
        requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' },
        optionalInputs: { weight: 'bolder' },
      },
      errorMessage: { color: 'attention', size: 'small', spacing: 'small' },
      // Teams looks people up itself; see choice-set.ts.
      allowDynamicallyFilteredChoiceSet: false,
    },
    factSet: {
      title: { color: 'default', size: 'default', weight: 'bolder', wrap: true, maxWidth: 140 },
      value: { color: 'default', size: 'default', weight: 'default', wrap: true },
      spacing: 12,
    },
    textStyles: {
      heading: { size: 'large', weight: 'bolder', color: 'default', isSubtle: false, fontType: 'default' },
      columnHeader: {
        size: 'default',
        weight: 'bolder',
        color: 'default',
        isSubtle: false,
        fontType: 'default',
      },
    },
    table: { cellSpacing: 6 },
  };
}

const pair = (normal: string, subtle: string) => ({ default: normal, subtle });

const lightText = {
  default: pair('#242424', '#616161'),
  dark: pair('#242424', '#616161'),
  light: pair('#ffffff', '#ebebeb'),
  accent: pair('#4f52b2', '#5b5fc7'),
  good: pair('#237b4b', '#237b4b'),
  warning: pair('#835c00', '#835c00'),
  attention: pair('#c4314b', '#c4314b'),
};

const darkText = {
  default: pair('#ffffff', '#adadad'),
  dark: pair('#242424', '#616161'),
  light: pair('#ffffff', '#ebebeb'),
  accent: pair('#aab1fa', '#9299f7'),
  good: pair('#92c353', '#92c353'),
  warning: pair('#f8d22a', '#f8d22a'),
  attention: pair('#f1707b', '#f1707b'),
};
