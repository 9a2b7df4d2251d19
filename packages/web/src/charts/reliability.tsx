// web/charts: how often answers were right at each confidence, beside how sure they were: ten bins, as bars, and the line on which both are the same.
import type { ReliabilityBin } from '@holdfast/stats';
import { useNarrow } from '../parts/narrow.ts';
import { countText, shareText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';

interface ReliabilityProps {
  readonly label: string;
  readonly bins: readonly ReliabilityBin[];
}

const side = 200;
const margin = { left: 44, right: 10, top: 8, bottom: 38 };
const ticks = [0, 0.25, 0.5, 0.75, 1];

export function Reliability({ label, bins }: ReliabilityProps) {
  const across = useNarrow() ? 240 : 420;
  const [x, y] = [(share: number) => share * across, (share: number) => side - share * side];
  return (
    <ChartFrame
      label={label}
      summary={summaryOf(bins)}
      twin={() => ({
        heads: ['Confidence', 'Answers', 'Mean confidence', 'Right', 'Share right'],
        rows: bins.map((bin) => [rangeText(bin), bin.answers, shareText(bin.confidence), bin.right, shareText(bin.right / bin.answers)]),
      })}
    >
      <svg
        viewBox={`${-margin.left} ${-margin.top} ${across + margin.left + margin.right} ${side + margin.top + margin.bottom}`}
        style={{ maxWidth: across + margin.left + margin.right }}
        className="reliability"
        aria-hidden="true"
      >
        {ticks.map((share) => (
          <g key={share}>
            <line className="grid" x1="0" x2={across} y1={y(share)} y2={y(share)} />
            <text x="-6" y={y(share) + 4} textAnchor="end">
              {shareText(share)}
            </text>
            <text x={x(share)} y={side + 16} textAnchor={share === 1 ? 'end' : 'middle'}>
              {shareText(share)}
            </text>
          </g>
        ))}
        <text x={across / 2} y={side + 32} textAnchor="middle">
          confidence
        </text>
        {bins.map((bin) => (
          <g key={bin.from}>
            <title>{`${rangeText(bin)}: ${bin.right} of ${countText(bin.answers, 'answer')} right (${shareText(bin.right / bin.answers)}), mean confidence ${shareText(bin.confidence)}`}</title>
            <rect
              className="now"
              x={x(bin.from) + 2}
              width={x(bin.to - bin.from) - 4}
              y={y(bin.right / bin.answers)}
              height={side - y(bin.right / bin.answers)}
            />
            <circle className="sure" cx={x(bin.confidence)} cy={y(bin.confidence)} r="4" />
          </g>
        ))}
        <line className="same" x1="0" x2={across} y1={side} y2="0" />
      </svg>
      <p className="legend">
        <span>
          <i className="fill-now" /> share that is right
        </span>
        <span>
          <i className="outline" /> how sure they were
        </span>
        <span>on the line both are the same</span>
      </p>
    </ChartFrame>
  );
}

const rangeText = ({ from, to }: ReliabilityBin): string => `${shareText(from)} to ${shareText(to)}`;

function summaryOf(bins: readonly ReliabilityBin[]): string {
  const answers = bins.reduce((sum, bin) => sum + bin.answers, 0);
  const over = bins.filter((bin) => bin.confidence > bin.right / bin.answers).reduce((sum, bin) => sum + bin.answers, 0);
  return `${countText(answers, 'labelled answer')} by confidence; ${shareText(over / answers)} of them are in bins where the model is surer than it is right.`;
}
